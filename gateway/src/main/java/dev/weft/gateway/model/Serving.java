package dev.weft.gateway.model;

import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.TensorAllocator;
import java.time.Duration;
import java.util.List;

/**
 * What all protocols of one server share: the models, the name, and the count of what is inside.
 * Threadsafe.
 */
public final class Serving {

  /** The server as it names itself to clients. */
  public static final String NAME = "weft";

  /** Of the protocol's extensions, those that are there as a whole. */
  public static final List<String> EXTENSIONS =
      List.of("binary_tensor_data", "model_configuration", "schedule_policy", "statistics");

  private final Weft weft;
  private final Models models;
  private final TensorAllocator tensors;
  private final String version;
  private final InFlight inFlight = new InFlight();

  /**
   * @param version of the server, as it tells it to clients
   */
  public Serving(Weft weft, String version) {
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

  /** Whether every model would take a request. */
  public boolean isReady() {
    return !inFlight.isDraining() && models.all().stream().allMatch(Model::isReady);
  }

  /** Whether this model would take a request. */
  public boolean isReady(Model model) {
    return !inFlight.isDraining() && model.isReady();
  }

  /**
   * Lets an inference in, which must {@link #leave} whatever becomes of it.
   *
   * @throws WeftException with {@link ErrorCode#UNAVAILABLE} once the server drains
   */
  public void enter() {
    if (!inFlight.enter()) {
      throw new WeftException(
          ErrorCode.UNAVAILABLE, "shutting down (expected: a server that is not)");
    }
  }

  public void leave() {
    inFlight.leave();
  }

  /**
   * Says that it is not ready any more, lets no inference in, and waits for those inside.
   *
   * @return whether all have been answered in time
   */
  public boolean drain(Duration patience) throws InterruptedException {
    return inFlight.drain(patience);
  }
}
