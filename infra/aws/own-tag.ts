/** Every resource of the stacks carries this tag: it tells roles of ours from others of the account. */
export const ownTag = { key: 'application', value: 'lightermail' } as const;
