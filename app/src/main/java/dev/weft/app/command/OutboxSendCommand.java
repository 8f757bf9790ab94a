package dev.weft.app.command;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.app.failure.WorkFailed;
import dev.weft.app.failure.WrongUse;
import dev.weft.app.running.Interrupt;
import dev.weft.app.running.LateInterrupt;
import dev.weft.persistence.outbox.Cursors;
import dev.weft.persistence.outbox.Destination;
import dev.weft.persistence.outbox.Outbox;
import dev.weft.persistence.outbox.OutboxSettings;
import dev.weft.persistence.outbox.OutboxStatus;
import dev.weft.persistence.outbox.Sink;
import dev.weft.persistence.outbox.UploadTags;
import dev.weft.persistence.segment.WriterThread;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft outbox send}: brings what waits to a sink. */
@Command(
    name = "send",
    description = {
      "Sends what a sink has not acknowledged yet. Goes on where it was, whatever ended the last"
          + " attempt, and tries again until the sink has everything."
    },
    footer = {
      "",
      "Examples:",
      "  weft outbox send buffer --to uploads",
      "  weft outbox send buffer --to grpc://127.0.0.1:9090 --once"
    })
final class OutboxSendCommand implements Callable<Integer> {

  private static final long TELL_EVERY_SECONDS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Console console;
  private String told = "";
  private Optional<OutboxStatus.Failure> toldNews = Optional.empty();

  @Parameters(paramLabel = "TRACE-STORE", description = "The edge buffer's folder.")
  private Path folder = Path.of("");

  @Option(
      names = "--to",
      paramLabel = "DIR|grpcs://HOST:PORT",
      required = true,
      description = "A folder, or a receiver, as 'weft outbox receive' starts one.")
  private String to = "";

  @Option(
      names = "--sink",
      paramLabel = "NAME",
      description = "Whose cursor it is; one per destination; default: default.")
  private String sink = "default";

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description = "Retention classes to send; default: all.")
  private Set<String> classes = Set.of();

  @Option(
      names = "--once",
      description =
          "Ends with exit code 1 once an attempt has failed, or if it is outside its hours.")
  private boolean isOnce;

  OutboxSendCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    // Ends last, so that Ctrl-C waits until everything is let go of.
    try (var late = new LateInterrupt();
        var opened = OutboxFolder.open(folder)) {
      var tags = opened.tags(classes);
      var settings = settings(tags);
      var random = new SecureRandom();
      var cursors = cursors(opened, tags, random);
      try (var outbox =
          Outbox.open(
              opened.store(),
              cursors,
              settings,
              destination(settings),
              InstantSource.system(),
              random,
              new WriterThread("weft-outbox"))) {
        var stop = new CompletableFuture<Boolean>();
        return drain(outbox, stop, late.begin(() -> stop.complete(false), PATIENCE));
      }
    }
  }

  private Cursors cursors(OutboxFolder opened, UploadTags tags, RandomGenerator random)
      throws IOException {
    try {
      return Cursors.open(opened.cursors(), Map.of(sink, tags), Cursors.NAME, random);
    } catch (IllegalArgumentException e) {
      throw new WrongUse(String.valueOf(e.getMessage()));
    }
  }

  private OutboxSettings settings(UploadTags tags) {
    try {
      return OutboxSettings.from(
          ConfigFactory.load().getConfig("weft.persistence.outbox"), sink, tags);
    } catch (IllegalArgumentException | ConfigException e) {
      throw new WrongUse("outbox settings: %s".formatted(e.getMessage()));
    }
  }

  private Sink destination(OutboxSettings settings) {
    try {
      return new Destination(to).sink(settings.answerTimeout());
    } catch (IllegalArgumentException e) {
      throw new WrongUse("--to: %s".formatted(e.getMessage()));
    }
  }

  /**
   * @param stop completes when the process is asked to end
   */
  private int drain(Outbox outbox, CompletableFuture<Boolean> stop, Interrupt interrupt)
      throws InterruptedException {
    var drained = outbox.drained().toCompletableFuture().thenApply(_ -> true);
    var ended = drained.applyToEither(stop, isDrained -> isDrained);
    while (!isDone(ended)) {
      tell(outbox.status());
    }
    var status = outbox.status();
    tellNews(status);
    if (interrupt.isAsked() && !drained.isDone()) {
      console.note(
          "weft: interrupted; %s has everything through %d of %s, the rest waits in the buffer"
              .formatted(to, status.acknowledged(), status.source()));
      return ExitCode.INTERRUPTED;
    }
    console.line(
        "%s has everything through %d of %s; %s sent, %s"
            .formatted(
                to,
                status.acknowledged(),
                status.source(),
                Amount.bytes(status.bytes()),
                status.sent() == 1 ? "1 batch" : status.sent() + " batches"));
    return ExitCode.OK;
  }

  /** Says what keeps it from sending; with {@code --once} that is the end. */
  private void tell(OutboxStatus status) {
    tellNews(status);
    var next = status.nextAttempt().map(Object::toString).orElse("once");
    var hindrance =
        status.doing() == OutboxStatus.Doing.OUTSIDE_WINDOW
            ? Optional.of("outside its hours (weft.persistence.outbox.window)")
            : status.error();
    if (hindrance.isEmpty()) {
      return;
    }
    if (isOnce) {
      throw new WorkFailed("%s: %s; next at %s".formatted(to, hindrance.get(), next));
    }
    var line = "weft: %s: %s; again at %s".formatted(to, hindrance.get(), next);
    if (!line.equals(told)) {
      told = line;
      console.note(line);
    }
  }

  /** What is no failure, and to be known all the same. */
  private void tellNews(OutboxStatus status) {
    var news = status.lastFailure().filter(_ -> status.error().isEmpty());
    if (news.isPresent() && !news.equals(toldNews)) {
      toldNews = news;
      console.note("weft: %s: %s".formatted(to, news.get().why()));
    }
  }

  private static boolean isDone(CompletableFuture<?> ended) throws InterruptedException {
    try {
      ended.get(TELL_EVERY_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new WorkFailed("outbox: %s".formatted(e.getCause()), e);
    }
  }
}
