import { RemovalPolicy } from 'aws-cdk-lib';

/**
 * What becomes of a store when its stack goes: it stays until somebody deletes it; for trials, where `ephemeral` is set,
 * it goes as well.
 */
export function removalOf(ephemeral: boolean): { readonly removalPolicy: RemovalPolicy } {
  return { removalPolicy: ephemeral ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN };
}

/** A bucket goes only once it is empty: CDK's custom resource empties it. */
export function bucketRemovalOf(ephemeral: boolean): {
  readonly removalPolicy: RemovalPolicy;
  readonly autoDeleteObjects: boolean;
} {
  return { ...removalOf(ephemeral), autoDeleteObjects: ephemeral };
}
