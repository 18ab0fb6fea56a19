import { guardHeaders, signInPolicy } from './headers.ts';

/** Asks for the token. It works without a script; a password manager finds its way. */
export function signInPage(status: 401 | 403): Response {
  const fault = status === 403 ? '<p role="alert">That is not the token.</p>' : '';
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sign in · Lightermail</title>
<link rel="stylesheet" href="/assets/base.css">
<link rel="stylesheet" href="/assets/parts.css">
<link rel="stylesheet" href="/assets/sign-in.css">
</head>
<body>
<main>
<form class="sign-in" method="post" action="/sign-in">
<h1>Lightermail</h1>
${fault}
<input type="text" name="username" value="console" autocomplete="username" hidden>
<label>Console token <input type="password" name="token" required autofocus autocomplete="current-password"></label>
<button class="button" type="submit">Sign in</button>
</form>
</main>
</body>
</html>
`;
  const headers = {
    ...guardHeaders,
    // Under no-referrer a browser would send the form with `Origin: null`, as another site's page can.
    'Referrer-Policy': 'same-origin',
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': signInPolicy,
  };
  return new Response(html, { status, headers });
}
