import { createHash } from 'node:crypto';

/**
 * Times are shown in the reader's own zone and language instead of in UTC.
 */
const timeScript = `for(const t of document.querySelectorAll('time')){const d=new Date(t.dateTime),l=document.documentElement.lang,z=new Intl.DateTimeFormat(l,{timeZoneName:'short'}).formatToParts(d).find(p=>p.type==='timeZoneName');t.title=t.textContent;t.textContent=new Intl.DateTimeFormat(l,{dateStyle:'long',timeStyle:'short'}).format(d)+(z?' '+z.value:'')}`;

/**
 * What a page's script does: it can do without both. `undefined` where there is nothing to do.
 * @param refreshSeconds the page looks again by itself after so long, while it is in sight
 */
export function pageScript(content: string, refreshSeconds: number | undefined): string | undefined {
  const parts = [
    ...(content.includes('<time ') ? [timeScript] : []),
    ...(refreshSeconds === undefined
      ? []
      : [`setInterval(()=>document.hidden||location.reload(),${refreshSeconds * 1000})`]),
  ];
  return parts.length === 0 ? undefined : parts.join(';');
}

/** Allows this script and no other. */
export function scriptPolicy(script: string): string {
  return `script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`;
}
