const beyondAscii = /[^\x00-\x7e]/g;

/**
 * JSON text with everything beyond ASCII escaped: the same value, and no character that SQS refuses.
 * @see RFC 8259 §7
 */
export function toAsciiJson(json: string): string {
  return json.replace(beyondAscii, escapeUnit);
}

/**
 * Any text as SQS takes it: only what SQS would refuse becomes `\uXXXX`, so that a message that came from a queue
 * goes back as it was.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function toQueueText(text: string): string {
  return text
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, escapeUnit)
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
