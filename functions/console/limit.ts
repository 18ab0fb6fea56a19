import { z } from 'zod';

/** Enough for one look; more than the largest is a report, not a page. */
const usualLimit = 50;
export const largestLimit = 500;

/** How many items a list is asked for: `?limit`, 1 to 500. */
export const limitSchema = z.coerce.number().int().min(1).max(largestLimit).default(usualLimit);
