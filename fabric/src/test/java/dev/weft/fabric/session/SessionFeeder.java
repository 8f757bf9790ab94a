package dev.weft.fabric.session;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.persistence.journal.Journal;
import dev.weft.persistence.journal.JournalSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A process of its own whose sessions checkpoint frame after frame, each as soon as the one before
 * is answered, and which says on its output what was: {@code SESSION FRAME} per line. Made to be
 * killed.
 */
final class SessionFeeder {

  private static final int SESSIONS = 8;
  private static final String HASH = "ab".repeat(32);

  private SessionFeeder() {}

  /**
   * Runs a feeder on the embedded journal of a folder and kills it after so many answers.
   *
   * @return the last frame of each session that was answered
   */
  static Map<String, Long> runAndKill(Path folder, int answers)
      throws IOException, InterruptedException {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            SessionFeeder.class.getName(),
            folder.toString());
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var last = new HashMap<String, Long>();
    var count = 0;
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var words = line.split(" ", -1);
        last.merge(words[0], Long.valueOf(words[1]), Math::max);
        if (++count == answers) {
          process.toHandle().destroyForcibly(); // which leaves the pipe to be read to its end
        }
      }
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
    if (count < answers) {
      throw new IllegalStateException("the feeder ended by itself after " + count);
    }
    return last;
  }

  public static void main(String[] args) throws InterruptedException {
    var settings = settings(Path.of(args[0]));
    try (var _ = Journal.open(settings)) {
      ActorSystem.create(feeders(), "feeder", config(settings))
          .getWhenTerminated()
          .toCompletableFuture()
          .join();
    }
  }

  static JournalSettings settings(Path folder) {
    return new JournalSettings.Embedded(folder, Duration.ofSeconds(5));
  }

  /** A system with sessions on this journal. */
  static Config config(JournalSettings settings) {
    var defaults = ConfigFactory.load();
    return SessionRules.overlay(defaults)
        .withFallback(settings.overlay(defaults))
        .withFallback(ConfigFactory.parseString("akka.loglevel = WARNING"))
        .withFallback(defaults)
        .resolve();
  }

  static Behavior<SessionEntity.Command> session(String id) {
    return SessionEntity.create(
        id,
        () -> new SignalSchema(Map.of()),
        SessionRules.from(ConfigFactory.load()),
        new TenantContexts(1000),
        Feeder.untraced(1),
        InstantSource.system());
  }

  private static Behavior<Void> feeders() {
    return Behaviors.setup(
        context -> {
          for (var i = 0; i < SESSIONS; i++) {
            var id = "session-" + i;
            var session = context.spawn(session(id), id);
            context.spawn(feeder(id, session), "feeder-" + i);
          }
          return Behaviors.empty();
        });
  }

  private static Behavior<StatusReply<SessionState>> feeder(
      String id, ActorRef<SessionEntity.Command> session) {
    return Behaviors.setup(
        context -> {
          session.tell(new SessionEntity.Open("acme", 1, 0, context.getSelf()));
          return Behaviors.receiveMessage(
              reply -> {
                var frame = reply.getValue().checkpoint().lastFrame();
                if (frame > 0) {
                  System.out.println(id + " " + frame);
                }
                session.tell(
                    new SessionEntity.RecordFrames(
                        1, frame + 1, frame + 1, HASH, context.getSelf()));
                return Behaviors.same();
              });
        });
  }
}
