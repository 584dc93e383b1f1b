/**
 * Reads an event stream (HTML standard, section 9.2), text piece by text piece. It knows the format alone: what is in the
 * events, and when to connect again, is decided elsewhere. `retry` fields are ignored.
 */

/** One event. `id` is the last one that was given, by this event or one before it. */
export interface StreamEvent {
  readonly type: string;
  readonly data: string;
  readonly id: string;
}

export interface EventStreamReader {
  /** Gives the events that `text` completes. Throws a `RangeError` where one is longer than allowed. */
  push(text: string): readonly StreamEvent[];
  /** Whether a line has begun that is not ended yet; a comment, which is dropped, is none. */
  isMidLine(): boolean;
}

/** Makes a reader for one connection, which holds at most about `maxLength` characters. */
export function createEventStreamReader(maxLength: number): EventStreamReader {
  // A snapshot is one long line in many pieces: each piece is searched once, and all are joined once.
  let line: string[] = [];
  let event = emptyEvent('');
  let length = 0;
  let endedWithReturn = false;

  const endLine = (): StreamEvent | undefined => {
    const text = line.join('');
    line = [];
    if (text !== '') {
      takeField(event, text);
      return undefined;
    }
    const { data, type, id } = event;
    event = emptyEvent(id);
    length = 0;
    return data.length === 0 ? undefined : { type, data: data.join('\n'), id };
  };
  return {
    push: (text) => {
      length += text.length;
      if (length > maxLength) throw new RangeError('an event is too long');
      const rest = endedWithReturn && text.startsWith('\n') ? text.slice(1) : text;
      endedWithReturn = text === '' ? endedWithReturn : text.endsWith('\r');
      const [first = '', ...lines] = rest.split(/\r\n|\n|\r/);
      line.push(first);
      const events: (StreamEvent | undefined)[] = [];
      for (const next of lines) {
        events.push(endLine());
        line.push(next);
      }
      return events.filter((found) => found !== undefined);
    },
    isMidLine: () => {
      const start = line.find((piece) => piece !== '');
      return start !== undefined && !start.startsWith(':');
    },
  };
}

interface EventFields {
  type: string;
  data: string[];
  id: string;
}

function emptyEvent(id: string): EventFields {
  return { type: 'message', data: [], id };
}

function takeField(event: EventFields, line: string): void {
  const colon = line.indexOf(':');
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
  if (name === 'data') event.data.push(value);
  else if (name === 'event') event.type = value === '' ? 'message' : value;
  else if (name === 'id' && !value.includes('\0')) event.id = value;
}
