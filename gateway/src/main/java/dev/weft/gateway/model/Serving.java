package dev.weft.gateway.model;

import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.gateway.access.Guard;
import dev.weft.gateway.log.Logs;
import dev.weft.gateway.protocol.SharedMemory;
import dev.weft.gateway.region.Regions;
import dev.weft.gateway.reload.Reloads;
import dev.weft.gateway.repository.Repository;
import dev.weft.gateway.repository.RepositoryDesk;
import dev.weft.gateway.tracing.Tracing;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.TensorAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What all protocols of one server share: the models and the count of what is inside, and what is
 * offered beside them: regions of shared memory, log settings, traces, what was reloaded, and what
 * clients load and unload. Threadsafe.
 */
public final class Serving {

  /** The server as it names itself to clients. */
  public static final String NAME = "weft";

  private static final List<String> EXTENSIONS =
      List.of(
          "binary_tensor_data",
          "classification",
          "generate",
          "model_configuration",
          "schedule_policy",
          "sequence",
          "sequence(string_id)",
          "statistics");

  private final Weft weft;
  private final Models models;
  private final TensorAllocator tensors;
  private final String version;
  private final Reloads reloads = new Reloads();
  private final Regions regions;
  private final Logs logs;
  private final Tracing tracing;
  private final Repository repository;
  private final InFlight inFlight = new InFlight();

  /** Serves without shared memory and log settings, and traces no request. */
  public Serving(Weft weft, String version) {
    this(weft, version, Regions.off(), Logs.none(), Tracing.off());
  }

  /**
   * @param version of the server, as it tells it to clients
   * @param regions that clients register
   * @param logs whose settings they see and change
   * @param tracing stays the caller's
   */
  public Serving(Weft weft, String version, Regions regions, Logs logs, Tracing tracing) {
    this(weft, version, regions, logs, tracing, Optional.empty());
  }

  /** The same, where clients also load and unload models at {@code desk}, if there is one. */
  public Serving(
      Weft weft,
      String version,
      Regions regions,
      Logs logs,
      Tracing tracing,
      Optional<RepositoryDesk> desk) {
    this.repository = new Repository(desk, reloads, inFlight::isDraining);
    this.regions = regions;
    this.logs = logs;
    this.tracing = tracing;
    this.weft = weft;
    this.models = new Models(weft);
    this.tensors = weft.tensors();
    this.version = version;
  }

  /** The fabric whose models these are. */
  public Weft weft() {
    return weft;
  }

  public Models models() {
    return models;
  }

  /** Lends the memory that requests are read into. */
  public TensorAllocator tensors() {
    return tensors;
  }

  public String version() {
    return version;
  }

  /** Of the protocol's extensions, those that are there as a whole, by name. */
  public List<String> extensions() {
    var all = new ArrayList<>(EXTENSIONS);
    if (regions.isOn()) {
      all.add(Regions.EXTENSION);
    }
    if (logs.areOffered()) {
      all.add(Logs.EXTENSION);
    }
    if (tracing.isOn()) {
      all.add(Tracing.EXTENSION);
    }
    if (repository.isOffered()) {
      all.addAll(Repository.EXTENSIONS);
    }
    return all.stream().sorted().toList();
  }

  /** The log whose settings clients see and change. */
  public Logs logs() {
    return logs;
  }

  /** The regions of shared memory that clients register. */
  public Regions regions() {
    return regions;
  }

  /** Whose regions of shared memory a caller's are; empty where nobody is asked who he is. */
  public static String owner(Guard.Admission admission) {
    return admission.tenant(Optional.empty()).orElse("");
  }

  /** What requests of a caller may find tensors in, and have outputs written to. */
  public SharedMemory memory(Guard.Admission admission) {
    return regions.isOn() ? regions.of(owner(admission)) : SharedMemory.none();
  }

  /** The models that clients load and unload. */
  public Repository repository() {
    return repository;
  }

  /**
   * The index of the repository, by name: what is served, and what clients took out.
   *
   * @param isReadyOnly whether to leave out what would not take a request
   */
  public List<Indexed> index(boolean isReadyOnly) {
    var index = new TreeMap<String, Indexed>();
    for (var name : repository.unloaded()) {
      index.put(name, new Indexed(name, false, "unloaded"));
    }
    for (var model : models.all()) {
      var isReady = model.isReady();
      index.put(
          model.name(),
          new Indexed(model.name(), isReady, isReady ? reloads.reason() : "unloading"));
    }
    return index.values().stream().filter(entry -> entry.isReady() || !isReadyOnly).toList();
  }

  /** Whether every model would take a request. */
  public boolean isReady() {
    return !inFlight.isDraining() && models.all().stream().allMatch(Model::isReady);
  }

  /** Whether this model would take a request. */
  public boolean isReady(Model model) {
    return !inFlight.isDraining() && model.isReady();
  }

  /**
   * Lets an inference in, whose stay must be closed whatever becomes of it. A model is looked for
   * inside, so that it is not taken away before the inference has ended.
   *
   * @throws WeftException with {@link ErrorCode#UNAVAILABLE} once the server drains
   */
  public Stay enter() {
    return inFlight
        .enter()
        .orElseThrow(
            () ->
                new WeftException(
                    ErrorCode.UNAVAILABLE, "shutting down (expected: a server that is not)"));
  }

  /**
   * Waits for the inferences that are inside now, whoever comes meanwhile: what they may have found
   * and nobody finds any more can be taken away then. For one thread at a time.
   *
   * @return whether all have left in time
   */
  public boolean outlast(Duration patience) throws InterruptedException {
    return inFlight.outlast(patience);
  }

  /** What became of changes of the files that these models are from. */
  public Reloads reloads() {
    return reloads;
  }

  /** By which requests are traced. */
  public Tracing tracing() {
    return tracing;
  }

  /**
   * Says that it is not ready any more, lets no inference in, waits for those inside, and then has
   * their spans sent.
   *
   * @return whether all have been answered in time
   */
  public boolean drain(Duration patience) throws InterruptedException {
    var areOut = inFlight.drain(patience);
    tracing.flush();
    return areOut;
  }
}
