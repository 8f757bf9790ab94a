package dev.weft.sim.world;

import akka.actor.ActorRef;
import akka.dispatch.Futures;
import akka.persistence.AtomicWrite;
import akka.persistence.PersistentRepr;
import akka.persistence.journal.japi.AsyncWriteJournal;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.NullUnmarked;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A journal on a machine's disk. A write takes time; one under way when the process is killed is
 * there afterwards or is not, as a whole. Of two processes that write the same event only the first
 * can, as with the key of a table. Made by Akka, from {@link WorldConfig}.
 */
@NullUnmarked // as Akka's interface is
public final class WorldJournal extends AsyncWriteJournal {

  private static final int WRITE_MIN_MICROS = 300;
  private static final int WRITE_MAX_MICROS = 8_000;

  private record Write(String entity, long number, JournalRows.Row row) {}

  /** What is done when a write reaches the disk. */
  interface WriteEnd {
    void done(boolean isAlive);
  }

  private final Host host = WorldConfig.host(context().system().settings().config());
  private final int life = host.life();
  private final Serialization serialization = SerializationExtension.get(context().system());

  @Override
  public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(
      Iterable<AtomicWrite> messages) {
    var written = Futures.<Iterable<Optional<Exception>>>promise();
    var results = new ArrayList<Optional<Exception>>();
    var writes = new ArrayList<Write>();
    for (var message : messages) {
      results.add(Optional.empty());
      for (var event : CollectionConverters.asJava(message.payload())) {
        writes.add(new Write(event.persistenceId(), event.sequenceNr(), row(event.payload())));
      }
    }
    afterWrite(
        host,
        life,
        isAlive -> {
          var isFirst = writes.stream().noneMatch(this::isTaken);
          if (isFirst) {
            writes.forEach(this::put);
          }
          if (isAlive && isFirst) {
            written.success(results);
          } else if (isAlive) {
            written.failure(new IllegalStateException("events of another process are there"));
          }
        });
    return written.future();
  }

  /**
   * Does {@code write} after the time that one takes, and says whether who asked for it is alive
   * then. What a killed process asked for is done or is not. Of no machine: the disk ends what the
   * process began before the next one reads it, or does not.
   */
  static void afterWrite(Host host, int life, WriteEnd write) {
    var world = host.world();
    var micros = world.faults().nextInt(WRITE_MIN_MICROS, WRITE_MAX_MICROS);
    world.after(
        Duration.ofNanos(micros * 1_000L * host.journalSlowness()),
        () -> {
          var isAlive = host.lives(life);
          if (isAlive || !host.isUp() && world.faults().nextBoolean()) {
            write.done(isAlive);
          }
        });
  }

  private void put(Write write) {
    var process = host.name() + "#" + life;
    host.journal().put(write.entity(), write.number(), write.row(), process);
  }

  private boolean isTaken(Write write) {
    return host.journal().has(write.entity(), write.number());
  }

  private JournalRows.Row row(Object payload) {
    return row(serialization, payload);
  }

  static JournalRows.Row row(Serialization serialization, Object payload) {
    var serializer = serialization.findSerializerFor(payload);
    return new JournalRows.Row(
        serializer.identifier(),
        Serializers.manifestFor(serializer, payload),
        serializer.toBinary(payload));
  }

  static Object payload(Serialization serialization, JournalRows.Row row) {
    return serialization.deserialize(row.bytes(), row.serializer(), row.manifest()).get();
  }

  @Override
  public Future<Void> doAsyncDeleteMessagesTo(String entity, long to) {
    host.journal().deleteEvents(entity, to);
    return Futures.successful(null);
  }

  @Override
  public Future<Void> doAsyncReplayMessages(
      String entity, long from, long to, long max, Consumer<PersistentRepr> replay) {
    for (var row : host.journal().events(entity, from, to, max)) {
      replay.accept(
          PersistentRepr.apply(
              payload(serialization, row.getValue()),
              row.getKey(),
              entity,
              "",
              false,
              ActorRef.noSender(),
              ""));
    }
    return Futures.successful(null);
  }

  @Override
  public Future<Long> doAsyncReadHighestSequenceNr(String entity, long from) {
    return Futures.successful(host.journal().highest(entity));
  }
}
