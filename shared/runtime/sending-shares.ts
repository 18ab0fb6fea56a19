/** How many processes may send at once, and at which rate each of them. */
export interface SendingShares {
  readonly senders: number;
  readonly sendsPerSecond: number;
}

/** What an SQS event source takes as its limit. @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const fewestSenders = 2;
const mostSenders = 1000;

/**
 * Shares in the order in which they are liked: a send takes about a tenth of a second, so that two a second leave a
 * process room to be slow, and fewer processes than one for each send share their connections.
 */
const likedShares = [2, 3, 1, 4, 5];

/**
 * Shares the account's rate out among the processes that send, who do not know of each other: the same whole number of
 * sends a second for each, so that no second holds more than the rate, and as little of it is lost as can be. Only a
 * rate of 1 is halved, since there are never fewer than two: two sends can meet in one second, and SES has the later
 * one tried again.
 * @param maxSendRate emails a second that SES lets the account send, a whole number from 1
 */
export function shareSendRate(maxSendRate: number): SendingShares {
  let best: SendingShares = { senders: fewestSenders, sendsPerSecond: maxSendRate / fewestSenders };
  let used = 0;
  for (const sendsPerSecond of [...likedShares, Math.ceil(maxSendRate / mostSenders)]) {
    const senders = Math.min(mostSenders, Math.floor(maxSendRate / sendsPerSecond));
    if (senders < fewestSenders || senders * sendsPerSecond <= used) continue;
    best = { senders, sendsPerSecond };
    used = senders * sendsPerSecond;
  }
  return best;
}
