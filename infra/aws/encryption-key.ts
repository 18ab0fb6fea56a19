import { CfnOutput, Stack } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { removalOf } from './keeping.ts';
import { type KeyUsers, keyUserStatements } from './key-policy.ts';

/** What the settings say of a key of one's own. */
export interface KeySettings {
  readonly kms: boolean;
  /** A key that exists: its policy stays its owner's, who is told what it must hold. */
  readonly kmsKeyArn?: string | undefined;
  readonly ephemeral: boolean;
}

/** The key that the settings ask for; without one AWS's own keys encrypt. */
export function makeEncryptionKey(scope: Construct, settings: KeySettings): EncryptionKey | undefined {
  const isAsked = settings.kms || settings.kmsKeyArn !== undefined;
  return isAsked ? new EncryptionKey(scope, 'Encryption', settings) : undefined;
}

/** One key for everything that is kept; one that is made is turned every year. */
export class EncryptionKey extends Construct {
  readonly key: IKey;
  private readonly made: Key | undefined;

  constructor(scope: Construct, id: string, { kmsKeyArn, ephemeral }: KeySettings) {
    super(scope, id);
    this.made = kmsKeyArn === undefined ? this.makeKey(ephemeral) : undefined;
    this.key = this.made ?? Key.fromKeyArn(this, 'Key', kmsKeyArn ?? '');
  }

  private makeKey(ephemeral: boolean): Key {
    const description = 'Encrypts what Lightermail keeps';
    return new Key(this, 'Key', { description, enableKeyRotation: true, ...removalOf(ephemeral) });
  }

  /** Lets the services use the key that must, or says what its owner has to allow them. */
  serve(users: KeyUsers): void {
    const statements = keyUserStatements(Stack.of(this), users);
    for (const statement of statements) this.made?.addToResourcePolicy(statement);
    if (this.made !== undefined) return;
    new CfnOutput(this, 'KeyPolicyStatements', {
      description: "What the existing key's policy must hold before anything is encrypted with it",
      value: Stack.of(this).toJsonString(statements.map((statement) => statement.toStatementJson())),
    });
  }
}
