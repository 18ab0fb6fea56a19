import PostalMime from 'postal-mime';
import type { FunctionLab } from './function-lab.ts';

/** What an HTTP API answers with. */
export interface ApiAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Fetches a signed URL, whole. */
export async function follow(url: string): Promise<void> {
  const answer = await fetch(url);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`a signed url was answered with ${answer.status}`);
}

/** As an HTTP API hands a request to its function. @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export function ask(lab: FunctionLab, method: string, rawPath: string): Promise<ApiAnswer> {
  return lab.invoke('link-gateway', {
    version: '2.0',
    routeKey: `${method} /f/{proxy+}`,
    rawPath,
    rawQueryString: '',
    headers: {
      host: 'links.example.com',
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0',
      accept: 'text/html',
    },
    requestContext: { domainName: 'links.example.com', http: { method, path: rawPath, sourceIp: '192.0.2.1' } },
    isBase64Encoded: false,
  }) as Promise<ApiAnswer>;
}

/** The tokens of the links in a mail, in their order. */
export async function linkTokens(mime: string): Promise<readonly string[]> {
  const { text = '' } = await PostalMime.parse(mime);
  return [...text.matchAll(/\/f\/([\w-]{20,})/g)].map(([, token = '']) => token);
}
