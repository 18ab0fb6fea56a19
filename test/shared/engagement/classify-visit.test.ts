import { describe, expect, it } from 'vitest';
import { actorOfAgent, countMachineVisits, isTooSoon } from '../../../shared/engagement/classify-visit.ts';

const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36';

describe('actorOfAgent', () => {
  it.each([
    ['Apple Mail Privacy Protection', 'Mozilla/5.0', 'proxy-prefetch'],
    [
      'Gmail’s proxy',
      'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
      'proxy-prefetch',
    ],
    ['Yahoo’s proxy', 'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html', 'proxy-prefetch'],
    ['Barracuda', 'Mozilla/5.0 (compatible; BarracudaCentral)', 'scanner'],
    ['a bot', 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)', 'scanner'],
    ['a headless browser', 'Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/130.0', 'scanner'],
    ['a library', 'python-requests/2.31', 'scanner'],
    ['a browser', chrome, undefined],
    ['Outlook', 'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)', undefined],
    ['nothing', undefined, undefined],
  ])('H8 %s', (_name, agent, actor) => {
    expect(actorOfAgent(agent)).toBe(actor);
  });

  it('H8 a user agent of a megabyte is looked at in no time', () => {
    const start = performance.now();
    expect(actorOfAgent(`x${'bo'.repeat(500_000)}`)).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(50);
  });
});

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, 0, second * 1000)).toISOString();

describe('times that give a machine away', () => {
  it.each([
    [9.9, true],
    [10, false],
    [-3, true],
    [3_600, false],
  ])('H8 %d s after the delivery: machine %s', (second, isMachine) => {
    expect(isTooSoon(at(100 + second), at(100))).toBe(isMachine);
  });

  it('H8 without a delivery nothing is too soon', () => {
    expect(isTooSoon(at(1), undefined)).toBe(false);
  });

  it('H8 all links within two seconds are a scanner’s; one link twice, or two links later, are a person’s', () => {
    const visit = (second: number, link: string) => ({ at: at(second), link });
    expect(countMachineVisits([visit(50, 'a'), visit(50.5, 'b'), visit(51.2, 'c')], undefined)).toBe(3);
    expect(countMachineVisits([visit(50, 'a'), visit(51, 'a')], undefined)).toBe(0);
    expect(countMachineVisits([visit(50, 'a'), visit(55, 'b')], undefined)).toBe(0);
  });
});
