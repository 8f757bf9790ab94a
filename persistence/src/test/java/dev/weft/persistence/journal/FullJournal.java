package dev.weft.persistence.journal;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.SpawnProtocol;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.StatusReply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * A process of its own whose embedded journal is on a disk of a few megabytes. It has the disk fill
 * up, goes on asking, then makes room and asks again, and says how that went.
 */
final class FullJournal {

  private static final int MEBIBYTES = 6;
  private static final int STEP_BYTES = 32 << 10;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration SHORT_PATIENCE = Duration.ofSeconds(2);

  private FullJournal() {}

  /**
   * What became of it, one line each: why nothing was kept any more, whether something was all the
   * same, and what a next process finds of three ledgers, of which the second was told while the
   * disk was full.
   *
   * @return empty if this user may not mount a disk of its own
   */
  static List<String> write(Path folder) throws IOException, InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var script =
        "mount -t tmpfs -o size=%dm weft '%s' || exit 0; exec \"$@\"".formatted(MEBIBYTES, folder);
    var process =
        new ProcessBuilder(
                List.of(
                    "unshare",
                    "--user",
                    "--map-root-user",
                    "--mount",
                    "sh",
                    "-c",
                    script,
                    "sh",
                    java,
                    "--sun-misc-unsafe-memory-access=allow",
                    "-XX:-UsePerfData",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    FullJournal.class.getName(),
                    folder.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      var said = lines.lines().toList();
      process.waitFor();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  public static void main(String[] args) throws IOException {
    var folder = Path.of(args[0]);
    var settings = new JournalSettings.Embedded(folder.resolve("journal"), Duration.ofSeconds(5));
    try (var journal = Journal.open(settings)) {
      var system = start(settings);
      enter(system, 0, PATIENCE);
      var ballast = folder.resolve("ballast");
      System.out.println(fill(journal, ballast));
      try {
        enter(system, 1, SHORT_PATIENCE);
        System.out.println("entered");
      } catch (CompletionException e) {
        System.out.println("not entered");
      }
      Files.delete(ballast);
      enter(system, 2, PATIENCE);
      end(system);
    }
    try (var _ = Journal.open(settings)) {
      var system = start(settings);
      for (var ledger = 0; ledger < 3; ledger++) {
        System.out.println(await(ask(system, ledger, LedgerEntity.Tell::new, PATIENCE)));
      }
      end(system);
    }
    System.exit(0);
  }

  /** Takes the disk's room until the journal keeps nothing more; why it does not. */
  private static String fill(Journal journal, Path ballast) throws IOException {
    try (var out = Files.newOutputStream(ballast)) {
      for (var steps = 0; steps < MEBIBYTES << 20; steps += STEP_BYTES) {
        try {
          out.write(new byte[STEP_BYTES]);
        } catch (IOException e) {
          // As full as can be; the journal is to have said so before.
        }
        try {
          journal.nextEpoch(1);
        } catch (JournalException e) {
          return e.getMessage();
        }
      }
    }
    return "not full";
  }

  private static ActorSystem<SpawnProtocol.Command> start(JournalSettings settings) {
    return ActorSystem.create(SpawnProtocol.create(), "full", LedgerWriter.config(settings));
  }

  private static void end(ActorSystem<?> system) {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }

  private static void enter(
      ActorSystem<SpawnProtocol.Command> system, int ledger, Duration patience) {
    var amounts = List.of((long) ledger, 7L);
    var _ =
        await(ask(system, ledger, replyTo -> new LedgerEntity.Enter(amounts, replyTo), patience));
  }

  private static <T> T await(CompletionStage<T> answer) {
    return answer.toCompletableFuture().join();
  }

  private static CompletionStage<LedgerEntity.Ledger> ask(
      ActorSystem<SpawnProtocol.Command> system,
      int ledger,
      akka.japi.function.Function<ActorRef<StatusReply<LedgerEntity.Ledger>>, LedgerEntity.Command>
          request,
      Duration patience) {
    var behavior =
        LedgerEntity.create("full-" + ledger, 100, system.<LedgerEntity.Notice>ignoreRef());
    return AskPattern.<SpawnProtocol.Command, ActorRef<LedgerEntity.Command>>ask(
            system,
            replyTo -> new SpawnProtocol.Spawn<>(behavior, "", Props.empty(), replyTo),
            PATIENCE,
            system.scheduler())
        .thenCompose(
            spawned ->
                AskPattern.askWithStatus(
                    spawned, request, Duration.ofSeconds(5), system.scheduler()));
  }
}
