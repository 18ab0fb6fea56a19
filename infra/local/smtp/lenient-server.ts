import type { Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';

const ownStatus = /^[245]\.\d{1,3}\.\d{1,3} /;
const bareAddress = /^(\s*(?:mail from|rcpt to)\s*:\s*)([^\s<>]+@[^\s<>]+)/i;

/**
 * smtp-server, with two differences. `MAIL FROM:a@b.example` without angle brackets is understood: RFC 5321 §4.1.2
 * demands them, but devices and typed sessions leave them out. And a text of ours that begins with its own RFC 3463
 * status does not get the library's in front of it.
 */
export class LenientServer extends SMTPServer {
  declare readonly connections: Set<LenientConnection>;

  constructor(options: SMTPServerOptions) {
    super({ ...options, hideENHANCEDSTATUSCODES: false });
  }

  /** Takes over an accepted socket. */
  override connect(socket: Socket, options?: SMTPConnectionOptions): void {
    const connection = new LenientConnection(this, socket, options);
    this.connections.add(connection);
    connection.on('error', (error: Error) => this.emit('error', error));
    connection.init();
  }
}

/** One connection of {@link LenientServer}. */
export class LenientConnection extends SMTPConnection {
  override _parseAddressCommand(name: string, command: Buffer | string) {
    return super._parseAddressCommand(name, command.toString().replace(bareAddress, '$1<$2>'));
  }

  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    super.send(code, data, typeof data === 'string' && ownStatus.test(data) ? false : context);
  }

  /** Ends the connection once what was written has left, without waiting for the client to close its side. */
  dispose(): void {
    this._socket.destroySoon();
  }
}
