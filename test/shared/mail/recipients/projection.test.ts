import { describe, expect, it } from 'vitest';
import { createProjection, projectText } from '../../../../shared/mail/recipients/projection.ts';

describe('projectText', () => {
  it('shows of every UTF-16 unit what a projection that is built unit by unit shows', () => {
    const differing = Array.from({ length: 0x1_0000 }, (_, unit) => unit).filter((unit) => {
      const builder = createProjection();
      builder.add(unit, 0, 1);
      return projectText(String.fromCharCode(unit)).text !== builder.finish().text;
    });
    expect(differing).toEqual([]);
  });

  it.each(['plain', 'so\u00adft', '\u200bzero\u200d-width\ufeff'])(
    'leads back to where each unit of %j stood',
    (source) => {
      const { text, sourceStart, sourceEnd } = projectText(source);
      const stood = [...text].map((_, index) => source.slice(sourceStart(index), sourceEnd(index)));
      expect(stood.join('')).toBe(text);
    },
  );
});
