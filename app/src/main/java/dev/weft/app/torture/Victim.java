package dev.weft.app.torture;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Recording;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.outbox.Destination;
import dev.weft.persistence.outbox.UploadingStore;
import dev.weft.persistence.testkit.WitnessedStore;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.TraceEntry;
import dev.weft.persistence.trace.TraceSettings;
import dev.weft.stages.tensor.Shape;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A process of Weft made to be killed: it runs frames, has them in an edge buffer, sends them to a
 * sink meanwhile, keeps sessions in a journal, and tells its parent on its output what was
 * acknowledged. It ends with its parent.
 */
public final class Victim {

  private static final int FAILED = 3;

  private final PrintStream out;
  private final Map<String, Consumer<String>> waiting = new ConcurrentHashMap<>();

  private Victim(PrintStream out) {
    this.out = out;
  }

  /** Takes a {@link VictimFolder} and the number of this life, counted from 1. */
  public static void main(String[] args) throws IOException {
    var parent = new Thread(Victim::endWithParent, "parent");
    parent.setDaemon(true);
    parent.start();
    new Victim(System.out).live(new VictimFolder(Path.of(args[0])), Long.parseLong(args[1]));
  }

  /** The parent writes nothing; its end closes the pipe. */
  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException e) {
      System.err.println("victim: " + e);
    }
    Runtime.getRuntime().halt(0);
  }

  private void live(VictimFolder folder, long life) throws IOException {
    var config =
        ConfigFactory.parseString("weft.fabric { loops = 1, load.enabled = off }")
            .withFallback(ConfigFactory.load());
    var settings = TraceSettings.from(config);
    var outbox = SentOnce.settings();
    var store =
        UploadingStore.open(
            FolderDisk.at(folder.frames()),
            FolderDisk.at(folder.cursors()),
            settings,
            outbox,
            new Destination(folder.sink().toString()).sink(outbox.answerTimeout()),
            Duration.ZERO,
            UploadingStore.World.real());
    var recording = Recording.to(new WitnessedStore(store, this::kept), settings, config);
    try (var weft = Weft.recording(config, recording)) {
      var pipeline = weft.load(folder.manifest()).getFirst();
      try (var sessions =
          SessionsGuardian.fed(
              folder.journal(),
              life,
              (session, kept) -> {
                waiting.put(session, kept);
                send(weft, pipeline, session);
              },
              this::say)) {
        sessions.run();
      }
    }
  }

  private void send(Weft weft, Pipeline pipeline, String session) {
    var values = weft.tensors().floats(Shape.of(1, 4), 1, 2, 3, session.hashCode());
    var _ =
        pipeline
            .submit(Request.of("values", values).with("session", session))
            .thenAccept(
                answer -> {
                  try (answer) {
                    if (!(answer instanceof Answer.Completed)) {
                      say(new Said.Failed("frame of " + session + ": " + answer));
                    }
                  }
                });
  }

  /** Told by the store, when it has answered. */
  private void kept(TraceEntry entry, Outcome outcome) {
    var session = entry.key().session();
    var told = Optional.ofNullable(waiting.get(session));
    switch (outcome) {
      // What frames refer to is of no session.
      case Outcome.Kept(var number, var sequence) ->
          told.ifPresent(
              feeder -> {
                var hash = VictimFolder.hash(entry.payload());
                say(new Said.Kept(session, number, sequence, hash));
                feeder.accept(hash);
              });
      case Outcome.Dropped(var reason) ->
          say(new Said.Failed("record of " + session + " dropped: " + reason));
    }
  }

  private void say(Said said) {
    synchronized (out) {
      out.println(said.line());
      out.flush();
    }
    if (said instanceof Said.Failed) {
      Runtime.getRuntime().halt(FAILED);
    }
  }
}
