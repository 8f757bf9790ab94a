package dev.weft.stages.process;

import dev.weft.stages.spi.Cancellation;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.StageKinds;
import dev.weft.stages.tensor.RegionMemory;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorPool;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/**
 * The main class of a stage process: makes the stage it is ordered to, then takes runs one by one.
 * It lives as long as its parent holds its standard input open.
 */
final class StageProcess {

  /** A lost wake-up, which the protocol rules out, would cost this long and not for ever. */
  private static final long SLEEP_NANOS_MAX = 1_000_000_000;

  private final Channel channel;
  private final MemorySegment inputs;
  private final TensorPool pool;
  private final Stage stage;
  private final PrintStream toParent;
  private final CurrentRun current;

  private StageProcess(
      Channel channel,
      MemorySegment inputs,
      TensorPool pool,
      Stage stage,
      PrintStream toParent,
      CurrentRun current) {
    this.channel = channel;
    this.inputs = inputs;
    this.pool = pool;
    this.stage = stage;
    this.toParent = toParent;
    this.current = current;
  }

  /**
   * @param arguments the path of the channel's file
   */
  public static void main(String[] arguments) throws IOException {
    var toParent = System.out;
    // What a stage prints must not be taken for a wake-up.
    System.setOut(System.err);
    var channel = Channel.open(RegionFile.open(Path.of(arguments[0]), MapMode.READ_WRITE));
    var current = new CurrentRun(channel);
    listen(current, Thread.currentThread());
    try {
      var process = start(channel, toParent, current);
      process.greet();
      process.serve();
    } catch (StageException e) {
      refuse(channel, toParent, e.code(), String.valueOf(e.getMessage()));
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      refuse(channel, toParent, ErrorCode.STAGE_FAILED, e.toString());
    }
  }

  /**
   * Hears the parent: a byte says that there is work or that a run was cancelled, the end that the
   * parent has gone. Then this process ends at once, whatever native code is doing.
   */
  private static void listen(CurrentRun current, Thread server) {
    Thread.ofPlatform()
        .daemon()
        .name("weft-parent")
        .start(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  LockSupport.unpark(server);
                  current.lookForCancellation();
                }
              } catch (IOException _) {
                // As good as the end.
              } finally {
                Runtime.getRuntime().halt(0);
              }
            });
  }

  private static StageProcess start(Channel channel, PrintStream toParent, CurrentRun current)
      throws IOException {
    var orders = Orders.read(channel.setup());
    var factory =
        StageKinds.discover()
            .find(orders.kind())
            .orElseThrow(
                () ->
                    new StageException(
                        ErrorCode.INVALID_MANIFEST,
                        "uses '%s' (expected: a kind on the class path, for a process of its own)"
                            .formatted(orders.kind())));
    var inputs = RegionFile.open(orders.inputs(), MapMode.READ_ONLY);
    var outputs = channel.outputs();
    var pool =
        new TensorPool(
            outputs.byteSize(), TensorPool.LeakTracing.OFF, new RegionMemory(outputs, () -> {}));
    var stage = factory.create(orders.setup(pool));
    stage.prepare(new Context(pool, Cancellation.NEVER, Instant.EPOCH, 0));
    return new StageProcess(channel, inputs, pool, stage, toParent, current);
  }

  private void greet() {
    new Greeting(stage.signature(), stage.nativeBytes()).write(channel.helloText());
    channel.hello(Channel.Hello.READY);
    wakeParent(channel, toParent);
  }

  private void serve() {
    var leases = new OutputLeases(channel, pool);
    var runs = new StageRuns(stage, leases, inputs, channel.outputs(), current);
    var waiter =
        new Waiter(
            channel.processSleeps(),
            channel.futex(),
            new SpinBudget(channel.spinNanos()),
            SLEEP_NANOS_MAX);
    for (var run = 0L; ; run++) {
      var next = run;
      waiter.spinThenSleepUntil(() -> channel.published() > next);
      leases.takeReturned();
      channel.begun(run + 1);
      runs.answer(channel.slot(run));
      channel.done(run + 1);
      wakeParent(channel, toParent);
    }
  }

  private static void refuse(
      Channel channel, PrintStream toParent, ErrorCode code, String message) {
    Greeting.writeFailure(channel.helloText(), code, message);
    channel.hello(Channel.Hello.FAILED);
    wakeParent(channel, toParent);
    Runtime.getRuntime().halt(1);
  }

  private static void wakeParent(Channel channel, PrintStream toParent) {
    Waiter.wake(
        channel.parentSleeps(),
        channel.futex(),
        () -> {
          toParent.write('.');
          toParent.flush();
        });
  }

  /** The world of one run, as its slot tells it. */
  record Context(TensorAllocator tensors, Cancellation cancellation, Instant admittedAt, long seed)
      implements RunContext {}
}
