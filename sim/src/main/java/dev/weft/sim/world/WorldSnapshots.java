package dev.weft.sim.world;

import akka.dispatch.Futures;
import akka.persistence.SelectedSnapshot;
import akka.persistence.SnapshotMetadata;
import akka.persistence.SnapshotSelectionCriteria;
import akka.persistence.snapshot.japi.SnapshotStore;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import scala.concurrent.Future;

/** Snapshots on a machine's disk. Made by Akka, from {@link WorldConfig}. */
@NullUnmarked // as Akka's interface is
public final class WorldSnapshots extends SnapshotStore {

  private static final Duration WRITE = Duration.ofMillis(2);

  private final Host host = WorldConfig.host(context().system().settings().config());
  private final int life = host.life();
  private final Serialization serialization = SerializationExtension.get(context().system());

  @Override
  public Future<Optional<SelectedSnapshot>> doLoadAsync(
      String entity, SnapshotSelectionCriteria criteria) {
    return Futures.successful(
        host.journal()
            .snapshot(entity, criteria.maxSequenceNr())
            .map(
                row ->
                    SelectedSnapshot.create(
                        new SnapshotMetadata(entity, row.getKey(), 0),
                        WorldJournal.payload(serialization, row.getValue()))));
  }

  @Override
  public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
    var saved = Futures.<Void>promise();
    var row = WorldJournal.row(serialization, snapshot);
    host.world()
        .after(
            WRITE,
            () -> {
              if (host.lives(life)) {
                host.journal().putSnapshot(metadata.persistenceId(), metadata.sequenceNr(), row);
                saved.success(null);
              }
            });
    return saved.future();
  }

  @Override
  public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
    host.journal()
        .deleteSnapshots(metadata.persistenceId(), metadata.sequenceNr(), metadata.sequenceNr());
    return Futures.successful(null);
  }

  @Override
  public Future<Void> doDeleteAsync(String entity, SnapshotSelectionCriteria criteria) {
    host.journal().deleteSnapshots(entity, criteria.minSequenceNr(), criteria.maxSequenceNr());
    return Futures.successful(null);
  }
}
