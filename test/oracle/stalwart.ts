/** What is used of the oracle's own account of a mail. */
interface StalwartMail {
  readonly parts: readonly StalwartPart[];
}

type StalwartBody =
  | { readonly Multipart: readonly number[] }
  | { readonly Text: string }
  | { readonly Html: string }
  | { readonly Binary: readonly number[] }
  | { readonly InlineBinary: readonly number[] }
  | { readonly Message: StalwartMail };

interface StalwartPart {
  readonly headers: readonly { readonly name: string; readonly value: unknown }[];
  readonly body: StalwartBody;
  readonly is_encoding_problem: boolean;
  readonly offset_body: number;
  readonly offset_end: number;
}

/** One leaf as the oracle has it. */
export interface OracleLeaf {
  readonly name?: string;
  readonly text?: string;
  readonly bytes?: Buffer;
  /** Text in its own charset; line ends may differ. */
  readonly encodedText?: Buffer;
  /** Whether the other tells names at all. */
  readonly isNameless?: boolean;
  /** Of an enclosed mail: where its bytes stand. */
  readonly range?: { readonly start: number; readonly end: number };
}

/** The leaves of a mail in the order of the mail. */
export function stalwartLeaves(json: string): OracleLeaf[] {
  const mail: StalwartMail = JSON.parse(json);
  const leaves: OracleLeaf[] = [];
  const visit = (index: number) => {
    const part = mail.parts[index];
    if (part === undefined) return;
    if ('Multipart' in part.body) for (const child of part.body.Multipart) visit(child);
    else leaves.push(toLeaf(part, part.body));
  };
  visit(0);
  return leaves;
}

function toLeaf(part: StalwartPart, body: Exclude<StalwartBody, { Multipart: unknown }>): OracleLeaf {
  const name = nameOf(part);
  const named = name === undefined ? {} : { name };
  if ('Text' in body) return { ...named, text: body.Text };
  if ('Html' in body) return { ...named, text: body.Html };
  if ('Message' in body) return { ...named, range: { start: part.offset_body, end: part.offset_end } };
  return { ...named, bytes: Buffer.from('Binary' in body ? body.Binary : body.InlineBinary) };
}

function nameOf({ headers }: StalwartPart): string | undefined {
  const attribute = (field: string, wanted: string) => {
    const value = headers.find(({ name }) => name === field)?.value as
      | { ContentType?: { attributes?: readonly { name: string; value: string }[] | null } }
      | undefined;
    return value?.ContentType?.attributes?.find(({ name }) => name === wanted)?.value;
  };
  return attribute('content_disposition', 'filename') ?? attribute('content_type', 'name');
}
