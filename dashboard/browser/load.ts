/** Sends one request again and again, several at a time, until it is told to stop. */
export class Load {
  private isOver = false;
  private readonly callers: Promise<void>[] = [];

  constructor(
    private readonly url: string,
    private readonly body: string,
    callers: number,
    private readonly pauseMillis: number,
  ) {
    for (let i = 0; i < callers; i++) {
      this.callers.push(this.call());
    }
  }

  private async call(): Promise<void> {
    while (!this.isOver) {
      const answer = await fetch(this.url, { method: "POST", body: this.body }).catch(
        () => undefined,
      );
      await answer?.arrayBuffer();
      await new Promise((done) => setTimeout(done, this.pauseMillis));
    }
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.callers);
  }
}
