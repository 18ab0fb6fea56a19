import { guardHeaders, signInPolicy } from './headers.ts';

/** Asks for the token. It works without a script; a password manager finds its way. */
export function signInPage(status: 401 | 403): Response {
  const fault = status === 403 ? '<p class="fault" role="alert">That is not the token.</p>' : '';
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sign in · Lightermail</title>
<link rel="stylesheet" href="/assets/base.css">
<link rel="stylesheet" href="/assets/views.css">
</head>
<body>
<main>
<form class="hint" method="post" action="/sign-in">
<h1>Lightermail</h1>
${fault}
<input type="hidden" name="username" value="console" autocomplete="username">
<p><label>Console token<br><input type="password" name="token" required autofocus autocomplete="current-password"></label></p>
<p><button class="button" type="submit">Sign in</button></p>
</form>
</main>
</body>
</html>
`;
  const headers = {
    ...guardHeaders,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': signInPolicy,
  };
  return new Response(html, { status, headers });
}
