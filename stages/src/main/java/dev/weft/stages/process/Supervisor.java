package dev.weft.stages.process;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a stage's processes alive and its runs in order. One process is active and takes the runs;
 * a second may stand by. When the active one ends, the run it was at fails, the others go to the
 * next. Threadsafe; what is decided is decided by {@link RunBook} and {@link RestartBudget}.
 */
final class Supervisor {

  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

  private final ProcessSettings settings;
  private final String mainClass;
  private final Orders orders;
  private final RunBook<Run> book;
  private final RestartBudget budget;
  private final CompletableFuture<Greeting> first = new CompletableFuture<>();

  private final Set<Link> links = new LinkedHashSet<>();
  private @Nullable Link active;
  private @Nullable Link standby;
  private @Nullable Greeting greeting;
  private boolean closed;
  private boolean refusing;
  private long refusingUntilNanos;
  private long ends;
  private long lostRuns;
  private Optional<String> lastEnd = Optional.empty();

  Supervisor(ProcessSettings settings, String mainClass, Orders orders) {
    this.settings = settings;
    this.mainClass = mainClass;
    this.orders = orders;
    this.book = new RunBook<>(settings.credits());
    this.budget =
        new RestartBudget(
            settings.restartsMax(),
            settings.restartWindow().toNanos(),
            settings.restartPause().toNanos());
  }

  /**
   * Starts the first process and waits until its stage is ready.
   *
   * @throws StageException if it does not become ready
   */
  Greeting begin() {
    synchronized (this) {
      launch(System.nanoTime());
    }
    try {
      return first.join();
    } catch (CompletionException e) {
      close();
      if (e.getCause() instanceof StageException why) {
        throw new StageException(why.code(), String.valueOf(why.getMessage()), why);
      }
      throw e;
    }
  }

  /** Takes {@code run} in; gives why not, if it does not, and has not touched it then. */
  Optional<StageException> add(Run run) {
    @Nullable Link woken;
    synchronized (this) {
      var refusal = refusal();
      if (refusal.isPresent()) {
        return refusal;
      }
      if (!book.add(run)) {
        return Optional.of(
            new StageException(
                ErrorCode.OVERLOADED,
                "runs under way: %d (expected: fewer than its credits)".formatted(book.size())));
      }
      woken = send();
    }
    wake(woken);
    return Optional.empty();
  }

  /** Ends {@code run} at once if it waits, tells the process if it has it, else does nothing. */
  void cancel(Run run) {
    synchronized (this) {
      if (!book.withdraw(run)) {
        var index = book.sentIndex(run);
        if (index >= 0 && active != null) {
          active.cancel(index);
        }
        return;
      }
    }
    run.failCancelled();
  }

  synchronized ProcessHealth health() {
    return new ProcessHealth(
        links.stream().flatMap(link -> link.pid().stream()).toList(),
        standby != null,
        ends,
        lostRuns,
        lastEnd,
        active == null && refusing);
  }

  /** Ends all processes and waits for that. */
  void close() {
    List<Run> left;
    List<Link> open;
    synchronized (this) {
      closed = true;
      left = book.clear();
      open = List.copyOf(links);
    }
    open.forEach(Link::end);
    left.forEach(run -> run.fail(unavailable("its process is closed")));
    open.forEach(Link::join);
  }

  // ---- told by links, on their threads ------------------------------------------------------

  /** Tells that the stage in {@code link}'s process is ready. */
  void ready(Link link, Greeting said) {
    @Nullable Link woken = null;
    synchronized (this) {
      if (closed) {
        return;
      }
      if (greeting == null) {
        greeting = said;
      } else if (!greeting.signature().equals(said.signature())) {
        throw new IllegalStateException(
            "signature: %s (expected: %s as before)".formatted(said.signature(), greeting));
      }
      if (active == null) {
        active = link;
        refusing = false;
        woken = send();
      } else {
        standby = link;
      }
      if (links.size() < wanted()) {
        launch(System.nanoTime());
      }
    }
    wake(woken);
    first.complete(said);
  }

  /** The run that {@code link}'s process has to answer next. */
  synchronized Optional<Run> head(Link link) {
    return link == active ? book.head() : Optional.empty();
  }

  /** Takes out the run whose reply has been read. */
  synchronized void endHead(Link link) {
    var _ = book.end();
    link.countTaken();
  }

  /**
   * Takes all runs from {@code link}, whose process is about to be killed for what it answered. It
   * may have begun with one of them; that is run again, as nothing the process says is believed any
   * more.
   *
   * @param headIsLost whether the lie stood for the answer to the first open run
   */
  void disown(Link link, boolean headIsLost, String how) {
    var lost = Optional.<Run>empty();
    @Nullable Link woken = null;
    synchronized (this) {
      if (link == active) {
        active = null;
        lost = book.processEnded(headIsLost);
        lostRuns += lost.isPresent() ? 1 : 0;
        promote();
        woken = send();
      }
    }
    wake(woken);
    lost.ifPresent(run -> run.fail(lost(ErrorCode.STAGE_FAILED, how)));
  }

  /** Tells that {@code link}'s process has ended or never was. */
  void ended(Link link, Link.End end) {
    var lost = Optional.<Run>empty();
    var refused = List.<Run>of();
    @Nullable Link woken = null;
    boolean counted;
    synchronized (this) {
      counted = !closed;
      links.remove(link);
      if (link == active) {
        active = null;
        lost = book.processEnded(end.runBegun());
      }
      if (link == standby) {
        standby = null;
      }
      if (counted) {
        ends++;
        lastEnd = Optional.of(end.text());
        lostRuns += lost.isPresent() ? 1 : 0;
        if (greeting == null) {
          closed = true;
        } else {
          refused = restart(budget.ended(System.nanoTime()));
          woken = send();
        }
      }
    }
    wake(woken);
    if (counted) {
      tell(end);
    }
    var code = end.isCrash() ? ErrorCode.STAGE_CRASHED : ErrorCode.STAGE_FAILED;
    lost.ifPresent(run -> run.fail(lost(code, end.text())));
    refused.forEach(run -> run.fail(outOfBudget()));
  }

  /** Lets the standby take over and starts another; gives the runs that nobody will take. */
  private List<Run> restart(RestartBudget.Restart restart) {
    promote();
    if (links.size() < wanted()) {
      launch(restart.atNanos());
    }
    refusing = restart.exhausted();
    if (refusing) {
      refusingUntilNanos = restart.atNanos();
    }
    return active == null && refusing ? book.clear() : List.of();
  }

  private void promote() {
    if (active == null) {
      active = standby;
      standby = null;
    }
  }

  private void tell(Link.End end) {
    if (!first.isDone()) {
      first.completeExceptionally(
          end.refusal()
              .orElseGet(
                  () ->
                      new StageException(
                          ErrorCode.STAGE_FAILED,
                          "its process " + end.text() + " before it was ready")));
      return;
    }
    LOG.warn(
        "stage '{}': a process of it {}{}",
        orders.stage(),
        end.text(),
        end.refusal().map(why -> ": " + why.getMessage()).orElse(""));
  }

  // ---- under the lock -----------------------------------------------------------------------

  private int wanted() {
    return settings.standby() ? 2 : 1;
  }

  private void launch(long atNanos) {
    var link = new Link(this, settings, mainClass, orders, atNanos);
    links.add(link);
    link.begin();
  }

  /** Hands all that waits to the active process; gives that, to be woken, if there was anything. */
  private @Nullable Link send() {
    var to = active;
    if (to == null) {
      return null;
    }
    var any = false;
    for (var run = book.send(); run.isPresent(); run = book.send()) {
      to.publish(run.get());
      any = true;
    }
    return any ? to : null;
  }

  private Optional<StageException> refusal() {
    if (closed) {
      return Optional.of(unavailable("its process is closed"));
    }
    return active == null && refusing ? Optional.of(outOfBudget()) : Optional.empty();
  }

  private synchronized StageException outOfBudget() {
    var left = Duration.ofNanos(Math.max(0, refusingUntilNanos - System.nanoTime()));
    return unavailable(
        "its processes ended %d times (expected: <= %d in %s; the last %s); next start in %d s"
            .formatted(
                ends,
                settings.restartsMax(),
                settings.restartWindow(),
                lastEnd.orElse(""),
                left.toSeconds()));
  }

  private static StageException lost(ErrorCode code, String how) {
    return new StageException(code, "its process " + how + " during this run");
  }

  private static StageException unavailable(String why) {
    return new StageException(ErrorCode.UNAVAILABLE, why);
  }

  private static void wake(@Nullable Link link) {
    if (link != null) {
      link.wake();
    }
  }
}
