/** A bundle is read, unpacked and compiled before the first mail: these keep a cold start under a second. */
export const bundleLimits = { sizeBytes: 2_000_000, importMs: 300 } as const;
