/**
 * Tallystick below `/auth` of an application on Express.
 */
import type { RequestListener } from 'node:http';
import express, { type Application } from 'express';

export function createExpressApp(listener: RequestListener): Application {
  const app = express();
  app.all('/auth/{*path}', listener);
  app.use(express.json());
  app.post('/echo', (request, response) => {
    response.json(request.body);
  });
  return app;
}
