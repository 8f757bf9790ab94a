package dev.weft.stages.process;

import dev.weft.stages.process.Replies.Outcome;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The way to one stage process, with the thread that looks after it from its start to its end:
 * starts it, waits for its greeting, takes its replies, kills it when it hangs or lies, and tells
 * the {@link Supervisor} when it has ended.
 */
final class Link {

  /**
   * How a process ended.
   *
   * @param isCrash whether it ended by itself, rather than being killed for what it did
   * @param runBegun whether it had begun with its first open run
   * @param refusal why there is no stage in it, if it could tell
   */
  record End(String text, boolean isCrash, boolean runBegun, Optional<StageException> refusal) {}

  /** What there is once the process has been started. */
  private record Opened(RegionFile region, Channel channel, ChildProcess process) {}

  private static final long SLEEP_NANOS_MAX = 1_000_000_000;

  private final Supervisor owner;
  private final ProcessSettings settings;
  private final String mainClass;
  private final Orders orders;
  private final long startAtNanos;
  private final boolean futex;
  private final Thread thread;

  private volatile @Nullable Opened opened;
  private volatile boolean gone;
  private volatile boolean ending;

  /** Runs ever handed to the process; written under the supervisor's lock. */
  private volatile long published;

  /** Runs whose reply was taken; written under the supervisor's lock. */
  private volatile long taken;

  /** Since when the process can be at work on its first open run. */
  private volatile long headSinceNanos;

  private @Nullable String killedBecause;

  /**
   * @param startAtNanos the process is not started before this time
   */
  Link(
      Supervisor owner,
      ProcessSettings settings,
      String mainClass,
      Orders orders,
      long startAtNanos) {
    this.owner = owner;
    this.settings = settings;
    this.mainClass = mainClass;
    this.orders = orders;
    this.startAtNanos = startAtNanos;
    this.futex = settings.wakeUp() == ProcessSettings.WakeUp.BEST && Futex.isAvailable();
    this.thread =
        Thread.ofPlatform().daemon().name("weft-process-" + orders.stage()).unstarted(this::live);
  }

  void begin() {
    thread.start();
  }

  /** Hands {@code run} to the ready process; under the supervisor's lock, with a slot free. */
  void publish(Run run) {
    var open = opened;
    if (open == null) {
      throw new IllegalStateException("run published before its process was ready");
    }
    if (published == taken) {
      headSinceNanos = System.nanoTime();
    }
    var number = published;
    run.writeTo(open.channel().slot(number));
    published = number + 1;
    open.channel().published(number + 1);
  }

  /** Wakes the process if it sleeps. */
  void wake() {
    whileOpen(
        open -> Waiter.wake(open.channel().processSleeps(), futex, () -> open.process().ring()));
  }

  /**
   * Cancels the run that is {@code index} behind the first open one; under the supervisor's lock.
   */
  void cancel(int index) {
    whileOpen(
        open -> {
          open.channel().slot(taken + index).cancel();
          if (open.channel().noteCancelled()) {
            open.process().ring();
          }
        });
  }

  /** Counts one more reply as taken; under the supervisor's lock. */
  void countTaken() {
    headSinceNanos = System.nanoTime();
    taken = taken + 1;
  }

  /** Lets the process end; {@link #join} waits until it has. */
  void end() {
    ending = true;
    kick();
  }

  void join() {
    var interrupted = false;
    while (thread.isAlive() && thread != Thread.currentThread()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The id of the process, while it lives. */
  Optional<Long> pid() {
    return Optional.ofNullable(opened)
        .map(Opened::process)
        .filter(ChildProcess::isAlive)
        .map(ChildProcess::pid);
  }

  private interface Use {
    void of(Opened open);
  }

  /** Keeps the shared memory in place while it is used by another thread than the link's own. */
  private void whileOpen(Use use) {
    var open = opened;
    if (open != null && open.region().tryHold()) {
      try {
        use.of(open);
      } finally {
        open.region().letGo();
      }
    }
  }

  /** Makes the link's thread look around. */
  private void kick() {
    LockSupport.unpark(thread);
    whileOpen(open -> Waiter.wake(open.channel().parentSleeps(), futex, () -> {}));
  }

  // ---- on the link's thread -----------------------------------------------------------------

  private void live() {
    var refusal = Optional.<StageException>empty();
    try {
      pause();
      if (!ending) {
        var open = open();
        opened = open;
        refusal = greet(open);
        if (refusal.isEmpty() && killedBecause == null) {
          serve(open);
        }
      }
    } catch (StageException e) {
      refusal = Optional.of(e);
    } catch (IOException e) {
      refusal = Optional.of(new StageException(ErrorCode.IO_FAILED, e.toString(), e));
    } catch (RuntimeException e) {
      refusal = Optional.of(new StageException(ErrorCode.STAGE_BROKE_CONTRACT, e.toString(), e));
    } finally {
      ended(refusal);
    }
  }

  private void pause() {
    var left = startAtNanos - System.nanoTime();
    while (left > 0 && !ending) {
      LockSupport.parkNanos(this, left);
      left = startAtNanos - System.nanoTime();
    }
  }

  private Opened open() throws IOException {
    var slots = settings.credits();
    var outputBytes = settings.regionBytes();
    var region = RegionFile.create(Channel.bytes(slots, outputBytes));
    try {
      var channel =
          Channel.create(region.memory(), slots, futex, settings.spin().toNanos(), outputBytes);
      orders.write(channel.setup());
      var process =
          ChildProcess.start(
              mainClass, settings, region.path(), () -> LockSupport.unpark(thread), this::onExit);
      return new Opened(region, channel, process);
    } catch (IOException | RuntimeException e) {
      region.unlink();
      region.letGo();
      throw e;
    }
  }

  private void onExit() {
    gone = true;
    kick();
  }

  /**
   * Waits until the stage is ready or the process ends; gives what it says if there is no stage.
   */
  private Optional<StageException> greet(Opened open) {
    var channel = open.channel();
    var since = System.nanoTime();
    var within = settings.startWithin().toNanos();
    waiter(open)
        .sleepUntil(
            () ->
                channel.hello() != Channel.Hello.STARTING
                    || gone
                    || ending
                    || System.nanoTime() - since > within);
    open.region().unlink();
    return switch (channel.hello()) {
      case FAILED -> Optional.of(Greeting.readFailure(channel.helloText()));
      case READY -> {
        owner.ready(this, Greeting.read(channel.helloText()));
        yield Optional.empty();
      }
      case STARTING -> {
        if (!gone && !ending) {
          killedBecause = "was killed: not ready within " + settings.startWithin();
        }
        yield Optional.empty();
      }
    };
  }

  private void serve(Opened open) {
    var channel = open.channel();
    var waiter = waiter(open);
    var replies = new Replies(channel, open.region());
    while (!ending && killedBecause == null) {
      waiter.spinThenSleepUntil(() -> channel.done() != taken || gone || ending || isHanging());
      // Read before the replies: a process that has gone writes none after that.
      var last = gone;
      takeReplies(channel, replies);
      if (last) {
        return;
      }
      if (killedBecause == null && isHanging()) {
        killedBecause = "was killed: a run took longer than " + settings.hangAfter();
      }
    }
  }

  private void takeReplies(Channel channel, Replies replies) {
    // Read before what it is held against, which only grows.
    var done = channel.done();
    if (done < taken || done > published) {
      disown("it counted %d replies to %d runs".formatted(done, published), true);
    }
    while (killedBecause == null && taken < done) {
      var run = owner.head(this);
      if (run.isEmpty()) {
        // All runs have just been taken from it, for its stage is closed.
        return;
      }
      takeReply(channel, replies, run.get());
    }
  }

  private void takeReply(Channel channel, Replies replies, Run run) {
    var outcome = replies.read(channel.slot(taken), run.inputs());
    owner.endHead(this);
    switch (outcome) {
      case Outcome.Completed(var outputs) -> run.complete(outputs);
      case Outcome.Failed(var why) -> run.fail(why);
      case Outcome.Lie(var what) -> {
        disown("it answered with " + what, false);
        run.fail(
            new StageException(
                ErrorCode.STAGE_BROKE_CONTRACT, "its process answered with " + what));
      }
    }
  }

  /** Before anybody hears of the lie, so that no run started then goes to this process. */
  private void disown(String why, boolean headIsLost) {
    killedBecause = "was killed: " + why;
    owner.disown(this, headIsLost, killedBecause);
  }

  private boolean isHanging() {
    return published != taken
        && System.nanoTime() - headSinceNanos > settings.hangAfter().toNanos();
  }

  private Waiter waiter(Opened open) {
    var sleepMax = Math.min(SLEEP_NANOS_MAX, settings.hangAfter().toNanos() / 4 + 1);
    var spins = new SpinBudget(settings.spin().toNanos());
    return new Waiter(open.channel().parentSleeps(), futex, spins, sleepMax);
  }

  private void ended(Optional<StageException> refusal) {
    var open = opened;
    if (open == null) {
      owner.ended(this, new End("was not started", false, false, refusal));
      return;
    }
    if (killedBecause != null) {
      open.process().kill();
    }
    var exit = open.process().end();
    var text = killedBecause == null ? exit : killedBecause;
    var isCrash = text.equals(exit);
    owner.ended(this, new End(text, isCrash, open.channel().begun() > taken, refusal));
    open.region().letGo();
  }
}
