import { findMarkers, isMarked, type Markers } from './markers.ts';
import type { HtmlProjection } from './project-html.ts';

/** The markers in each of the three things that HTML is made of. */
export type HtmlMarkers = { readonly [Layer in keyof HtmlProjection]: Markers };

export function findHtmlMarkers({ visible, hidden, markup }: HtmlProjection, marker: string): HtmlMarkers {
  return {
    visible: findMarkers(visible, marker),
    hidden: findMarkers(hidden, marker),
    markup: findMarkers(markup, marker),
  };
}

/** Whether there is anything to cut. */
export function isHtmlMarked({ visible, hidden, markup }: HtmlMarkers): boolean {
  return isMarked(visible) || isMarked(hidden) || isMarked(markup);
}
