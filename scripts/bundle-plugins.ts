import { createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

const require = createRequire(import.meta.url);

/** Our messages are our own: of zod's 50 languages only the one that it loads by itself stays. Saves 260 kB. */
export const onlyEnglishFaults: Plugin = {
  name: 'only-english-faults',
  setup(build) {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.c?js$/ }, () => ({
      contents: 'export { default as en } from "./en.js";',
      loader: 'js',
    }));
  },
};

/**
 * Lambda hands a function its role's credentials in the environment, so that single sign-on, profiles and the metadata
 * services need not be there. Saves 100 kB and the time to read them.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export const credentialsOfLambda: Plugin = {
  name: 'credentials-of-lambda',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({
      path: 'credentials-of-lambda',
      namespace: 'lightermail',
    }));
    build.onLoad({ filter: /^credentials-of-lambda$/, namespace: 'lightermail' }, () => ({
      contents:
        'import { fromEnv } from "@aws-sdk/credential-provider-env"; export const defaultProvider = (init) => fromEnv(init);',
      loader: 'js',
      resolveDir: require.resolve('@aws-sdk/credential-provider-env/package.json').replace(/package\.json$/, ''),
    }));
  },
};

/**
 * libmime comes in two forms, and of the mail libraries some import the one, some require the other: all of them get
 * the one that both can have. Saves 90 kB, and a second copy of its character sets.
 */
export const oneLibmime: Plugin = {
  name: 'one-libmime',
  setup(build) {
    build.onResolve({ filter: /^libmime$/ }, () => ({ path: require.resolve('libmime') }));
  },
};
