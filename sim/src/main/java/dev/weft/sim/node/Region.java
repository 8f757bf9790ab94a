package dev.weft.sim.node;

import dev.weft.persistence.outbox.BatchItem;
import dev.weft.persistence.outbox.Delivery;
import dev.weft.persistence.outbox.Inbox;
import dev.weft.persistence.testkit.SimulatedDisk;
import dev.weft.sim.invariant.DeliveredOnce.Item;
import dev.weft.sim.invariant.Findings;
import dev.weft.sim.invariant.Liveness;
import dev.weft.sim.world.Host;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A machine with a real inbox, which is killed and opened again. */
public final class Region {

  private static final int BATCH_BYTES_MAX = 16 << 20;

  private final Host host;
  private final Findings findings;
  private Optional<Inbox> inbox = Optional.empty();

  public Region(Host host, Findings findings) {
    this.host = host;
    this.findings = findings;
  }

  public String name() {
    return host.name();
  }

  /** Keeps the batches. */
  public SimulatedDisk disk() {
    return host.disk("inbox");
  }

  /** Starts a life, unless there is one. */
  public void boot() {
    if (host.isUp()) {
      return;
    }
    host.boot();
    try {
      inbox = Optional.of(Inbox.open(disk(), BATCH_BYTES_MAX));
    } catch (IOException | RuntimeException e) {
      findings.add(Liveness.NAME, "%s does not start: %s".formatted(name(), e));
    }
  }

  /** Ends the process, if there is one; what it wrote stays. */
  public void kill() {
    if (host.isUp()) {
      host.kill();
      inbox = Optional.empty();
    }
  }

  /** Ends the process and loses what was not forced to the disk. */
  public void powerOff() {
    if (host.isUp()) {
      host.powerOff();
      inbox = Optional.empty();
    }
  }

  /** Takes a batch; empty if nobody is there to answer, or no more when it was taken. */
  Optional<Delivery> receive(byte[] envelope) {
    var took = inbox.map(open -> open.receive(envelope));
    took.ifPresent(answer -> host.world().note("%s: %s".formatted(name(), answer)));
    return inbox.isPresent() ? took : Optional.empty();
  }

  /** How far it is with a source; empty if nobody is there to answer. */
  Optional<Delivery> reached(String source) {
    return inbox.map(open -> new Delivery.Acknowledged(open.through(source)));
  }

  /** All that a reader of its folder is given, of all sources together. */
  public List<Item> arrived() {
    var arrived = new ArrayList<Item>();
    try {
      Inbox.read(disk(), (_, item) -> arrived.add(new Item(item.number(), text(item))));
    } catch (IOException e) {
      findings.add(Liveness.NAME, "%s cannot be read: %s".formatted(name(), e));
    }
    return arrived;
  }

  private static String text(BatchItem item) {
    return switch (item) {
      case BatchItem.Kept kept -> StoreContent.text(kept.payload(), kept.attachments());
      case BatchItem.Gap gap -> StoreContent.text(gap.loss());
      case BatchItem.Withheld withheld -> "withheld: " + withheld.why();
    };
  }
}
