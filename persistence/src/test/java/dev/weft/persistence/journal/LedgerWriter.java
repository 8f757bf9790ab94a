package dev.weft.persistence.journal;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;

/**
 * A process of its own that writes events as fast as the journal takes them, and says on its output
 * which were acknowledged: {@code ENTITY NUMBER} per line. Made to be killed.
 */
final class LedgerWriter {

  private static final int ENTITIES = 8;
  private static final int IN_FLIGHT = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private LedgerWriter() {}

  /**
   * Runs a writer on a journal and kills it after it acknowledged so many events.
   *
   * @return how many events of each entity it acknowledged
   */
  static Map<String, Long> runAndKill(JournalSettings settings, int acknowledgements)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "-XX:+UseSerialGC"));
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.add(LedgerWriter.class.getName());
    switch (settings) {
      case JournalSettings.Embedded embedded -> command.add(embedded.folder().toString());
      case JournalSettings.Server server ->
          command.addAll(List.of(server.url(), server.user(), server.password()));
    }
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var acknowledged = new HashMap<String, Long>();
    var count = 0;
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var words = line.split(" ", -1);
        if (words.length == 2) { // the last line may be cut
          acknowledged.merge(words[0], Long.valueOf(words[1]), Math::max);
        }
        if (++count == acknowledgements) {
          process.toHandle().destroyForcibly(); // which leaves the pipe to be read to its end
        }
      }
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
    if (count < acknowledgements) {
      throw new IllegalStateException("the writer ended by itself after " + count);
    }
    return acknowledged;
  }

  public static void main(String[] args) throws InterruptedException {
    var timeout = Duration.ofSeconds(5);
    var settings =
        args.length == 1
            ? new JournalSettings.Embedded(Path.of(args[0]), timeout)
            : new JournalSettings.Server(args[0], args[1], args[2], 4, timeout);
    try (var _ = Journal.migrate(settings)) {
      write(settings);
    }
  }

  private static void write(JournalSettings settings) throws InterruptedException {
    var ledgers = new ArrayList<ActorRef<LedgerEntity.Command>>();
    var system =
        ActorSystem.create(
            Behaviors.<Void>setup(
                context -> {
                  var ignored = context.getSystem().<LedgerEntity.Notice>ignoreRef();
                  for (var i = 0; i < ENTITIES; i++) {
                    ledgers.add(
                        context.spawn(LedgerEntity.create("killed-" + i, 50, ignored), "l" + i));
                  }
                  synchronized (ledgers) {
                    ledgers.notifyAll();
                  }
                  return Behaviors.empty();
                }),
            "writer",
            config(settings));
    synchronized (ledgers) {
      while (ledgers.size() < ENTITIES) {
        ledgers.wait();
      }
    }
    var room = new Semaphore(IN_FLIGHT);
    var random = new Random(1);
    while (true) {
      room.acquire();
      var entity = random.nextInt(ENTITIES);
      AskPattern.askWithStatus(
              ledgers.get(entity),
              (ActorRef<akka.pattern.StatusReply<LedgerEntity.Ledger>> replyTo) ->
                  new LedgerEntity.Enter(List.of(1L), replyTo),
              PATIENCE,
              system.scheduler())
          .whenComplete(
              (ledger, problem) -> {
                if (problem == null) {
                  System.out.println("killed-" + entity + " " + ledger.amounts().size());
                }
                room.release();
              });
    }
  }

  /** A system with the ledger's codec on this journal. */
  static Config config(JournalSettings settings) {
    var defaults = ConfigFactory.load();
    return ConfigFactory.parseString(
            """
            akka.loglevel = WARNING
            akka.actor {
              allow-java-serialization = off
              serializers.ledger = "%s"
              serialization-bindings {
                "%s" = ledger
                "%s" = ledger
              }
            }
            """
                .formatted(
                    LedgerCodec.class.getName(),
                    LedgerEntity.Entered.class.getName(),
                    LedgerEntity.Ledger.class.getName()))
        .withFallback(settings.overlay(defaults))
        .withFallback(defaults)
        .resolve();
  }
}
