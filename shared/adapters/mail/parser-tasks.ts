import type { HeaderField, MailHead } from '../../contracts/parsed-mail.ts';
import { toMailHead } from './parser-head.ts';
import { type LeafHead, type PartFacts, type TextForm, toLeafHead } from './parser-part-head.ts';
import { type DecodedText, decodeText } from './parser-text.ts';

/** The work of a parse that goes through foreign code: where its input is large it is done in a worker thread. */
export interface ParserTasks {
  readonly head: {
    readonly input: { readonly fields: readonly HeaderField[]; readonly contentType: string };
    readonly output: MailHead;
  };
  readonly part: {
    readonly input: { readonly facts: PartFacts; readonly fields: readonly HeaderField[] };
    readonly output: LeafHead;
  };
  readonly text: {
    /** The bytes may be moved to the worker: the caller must not use them afterwards. */
    readonly input: { readonly contentType: string; readonly form: TextForm; readonly bytes: Uint8Array };
    readonly output: DecodedText;
  };
}

export type TaskName = keyof ParserTasks;
export type TaskInput<Name extends TaskName> = ParserTasks[Name]['input'];
export type TaskOutput<Name extends TaskName> = ParserTasks[Name]['output'];

/** Runs one task, here or in whatever place the caller may choose. */
export type RunTask = <Name extends TaskName>(name: Name, input: TaskInput<Name>) => Promise<TaskOutput<Name>>;

const tasks: { readonly [Name in TaskName]: (input: TaskInput<Name>) => TaskOutput<Name> | Promise<TaskOutput<Name>> } =
  {
    head: ({ fields, contentType }) => toMailHead(fields, contentType),
    part: ({ facts, fields }) => toLeafHead(facts, fields),
    text: ({ contentType, form, bytes }) =>
      decodeText(contentType, form, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
  };

/** Runs a task in the thread that calls. @throws PermanentMailError `ERR_PARSE` */
export const runTaskHere: RunTask = async (name, input) => tasks[name](input);
