package dev.weft.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One message of a laned actor: the mailbox is the queue, or is drained into one inside. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MailboxBenchmark {

  private static final int MESSAGES = 256;

  private final LanedActor.Running mailbox = LanedActor.start(LanedActor.Queue.MAILBOX);
  private final LanedActor.Running inside = LanedActor.start(LanedActor.Queue.INSIDE);

  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public void mailboxIsTheQueue() throws InterruptedException {
    mailbox.handle(MESSAGES);
  }

  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public void mailboxDrainedIntoAQueue() throws InterruptedException {
    inside.handle(MESSAGES);
  }

  @TearDown
  public void close() {
    mailbox.close();
    inside.close();
  }
}
