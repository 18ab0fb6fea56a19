/** A mail with a body and so many files of so many bytes. */
export function withFiles(body: string, count: number, bytes: number): string {
  const content = Buffer.alloc(bytes, body).toString('base64').replace(/.{76}/g, '$&\r\n');
  const file = (index: number) =>
    `--b\r\nContent-Type: application/pdf; name="f${index}.pdf"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="f${index}.pdf"\r\n\r\n${content}\r\n`;
  const files = Array.from({ length: count }, (_, index) => file(index)).join('');
  return `From: d@example.com\r\nSubject: Report\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n${body}\r\n${files}--b--\r\n`;
}

/** The same event about an email that there is. */
export function withEmailId(body: string, emailId: string): string {
  return body.replace(/("email_id"\s*:\s*\[\s*")[^"]+/, `$1${emailId}`);
}
