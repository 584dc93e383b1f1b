/**
 * A number made of the end of a text, for texts whose ends are as good as random: ids and signatures. It spreads them and does
 * no more: whoever looks something up by it compares the whole text.
 */

/** Of the last `length` characters, or of all where there are fewer; below 2³². */
export function numberOfEnd(text: string, length: number): number {
  let number = 0;
  for (let index = Math.max(0, text.length - length); index < text.length; index += 1) {
    number = (Math.imul(number, 31) + text.charCodeAt(index)) | 0;
  }
  return number >>> 0;
}
