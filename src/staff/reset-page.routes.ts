import type { FastifyInstance } from 'fastify';
import { createHash } from 'node:crypto';

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 4rem auto; padding: 0 1rem; color: #1c2430; }
  label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit; }
  input { margin: .25rem 0 1rem; padding: .5rem; border: 1px solid #8a94a6; border-radius: 4px; }
  button { padding: .6rem; border: 0; border-radius: 4px; background: #1d4ed8; color: #fff; cursor: pointer; }
  [role=status] { min-height: 3rem; }
`;

const SCRIPT = `
  const form = document.querySelector('form');
  const status = document.querySelector('[role=status]');
  const token = new URLSearchParams(location.search).get('token') ?? '';
  history.replaceState(null, '', location.pathname);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { first, second } = form.elements;
    if (first.value !== second.value) { status.textContent = 'The two passwords differ.'; return; }
    const query = 'mutation ($token: String!, $newPassword: String!) { resetPassword(token: $token, newPassword: $newPassword) }';
    try {
      const response = await fetch('graphql', {
        method: 'POST', credentials: 'omit', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables: { token, newPassword: first.value } }),
      });
      const { data, errors } = await response.json();
      status.textContent = data?.resetPassword ? 'Your password is changed. You can sign in now.' : errors[0].message;
      form.hidden = Boolean(data?.resetPassword);
    } catch {
      status.textContent = 'The server cannot be reached. Try again.';
    }
  });
`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Choose a new password</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Choose a new password</h1>
<form method="post">
<label for="first">New password</label>
<input id="first" name="first" type="password" autocomplete="new-password" required autofocus>
<label for="second">The same again</label>
<input id="second" name="second" type="password" autocomplete="new-password" required>
<button>Change password</button>
</form>
<p role="status"></p>
<script>${SCRIPT}</script>
</body>
</html>
`;

const digest = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing but what stands in the page itself, and the API. */
const POLICY = [
  "default-src 'none'",
  `script-src ${digest(SCRIPT)}`,
  `style-src ${digest(STYLE)}`,
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `GET /reset-password?token=…`: where mailed links lead (XU25). The token stays in the page: it is in no referrer and no history. */
export async function resetPageRoutes(app: FastifyInstance): Promise<void> {
  app.get('/reset-password', (_request, reply) =>
    reply
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': POLICY,
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      })
      .send(PAGE),
  );
  return Promise.resolve();
}
