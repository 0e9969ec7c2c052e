import { setTimeout as sleep } from 'node:timers/promises';
import { RunState } from '../schema/sync.enums';
import type { SyncRun } from '../schema/sync-run';
import type { Clock } from '../src/clock';
import type { Webhook } from '../src/config';
import { globalId } from '../src/ids';
import type { Logger } from '../src/logger';
import { sendWebhook, type WebhookMessage } from '../src/standard-webhooks';

const TOLD = new Map<RunState, string>([
  [RunState.SUCCEEDED, 'sync.applied'],
  [RunState.REFUSED, 'sync.refused'],
  [RunState.FAILED, 'sync.failed'],
]);
/** Waits between attempts; after the last the message is given up and logged. */
const WAITS_MS = [1_000, 5_000, 30_000, 120_000];

/** Tells a webhook how runs ended, in the background: whatever becomes of the message, the run is not touched. */
export class RunNotices {
  private readonly sending = new Set<Promise<void>>();
  private readonly stopped = new AbortController();

  constructor(
    private readonly webhook: Webhook | null,
    private readonly clock: Clock,
    private readonly log: Logger,
    private readonly waits: readonly number[] = WAITS_MS,
  ) {}

  /** Sends what is to be told of an ended run; does nothing for other states, or without a webhook. */
  tell(run: SyncRun): void {
    const type = TOLD.get(run.state);
    if (!this.webhook || !type) return;
    const { state, mode, counts, refusal, error } = run;
    const data = {
      run: globalId('SyncRun', run.id),
      source: globalId('DirectorySource', run.sourceId),
      state,
      mode,
      counts,
      refusal,
      error,
    };
    const body = JSON.stringify({ type, timestamp: new Date(this.clock.now()).toISOString(), data });
    const sending = this.send(this.webhook, { id: `sync-run-${run.id}-${run.leaseToken}`, body }).finally(() =>
      this.sending.delete(sending),
    );
    this.sending.add(sending);
  }

  /** Gives up what waits for another attempt. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await Promise.all(this.sending);
  }

  private async send(webhook: Webhook, message: WebhookMessage): Promise<void> {
    for (const wait of [...this.waits, null]) {
      const answer = await sendWebhook(webhook, message, this.clock.now());
      if (answer.delivered) return;
      if (answer.final || wait === null || this.stopped.signal.aborted) {
        this.log.warn({ message: message.id, reason: answer.reason }, 'The webhook was not told how a run ended.');
        return;
      }
      // Full jitter, so that workers do not come back together.
      await sleep(wait * (0.5 + Math.random() / 2), undefined, { signal: this.stopped.signal }).catch(() => undefined);
    }
  }
}
