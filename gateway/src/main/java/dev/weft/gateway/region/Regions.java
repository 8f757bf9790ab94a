package dev.weft.gateway.region;

import dev.weft.fabric.embedded.WeftException;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import dev.weft.gateway.protocol.SharedMemory;
import dev.weft.stages.spi.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The regions of shared memory that are registered, each for one tenant, who alone sees and uses
 * it. Nothing is mapped and no file stays open. Threadsafe.
 */
public final class Regions {

  /** As the protocol names what is offered while they are on. */
  public static final String EXTENSION = "system_shared_memory";

  private static final int NAME_LENGTH_MAX = 256;
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  private final RegionSettings settings;
  private final Path folder;
  private final Map<Place, Registered> regions = new HashMap<>();
  private long bytes;

  /** What a region is found by: two tenants may have regions of one name. */
  private record Place(String tenant, String name) {}

  /** A region with the file that its key stood for. */
  record Registered(Region region, SharedFile file) {}

  /**
   * @param folder of the files that keys name
   */
  Regions(RegionSettings settings, Path folder) {
    this.settings = settings;
    this.folder = folder;
  }

  /** None at first, of this machine's shared memory. */
  public static Regions of(RegionSettings settings) {
    return new Regions(settings, SHARED_MEMORY);
  }

  /** None, ever. */
  public static Regions off() {
    return of(new RegionSettings(false, 1, 1));
  }

  public boolean isOn() {
    return settings.isOn();
  }

  /** What requests of a tenant may use. */
  public SharedMemory of(String tenant) {
    return new TenantMemory(this, tenant);
  }

  /**
   * Registers a region.
   *
   * @param tenant whose it is; empty where nobody is asked who he is. A key of a tenant is his
   *     name, a dot, and a name without one.
   * @throws ProtocolException if there can be no such region, or regions are off
   * @throws WeftException with {@link ErrorCode#FAILED_PRECONDITION} if there is one of this name,
   *     or there are as many as may be
   */
  public void register(String tenant, Region region) {
    requireOn();
    requireOwn(tenant, region.key());
    var file = SharedFile.find(folder, region.key());
    if (region.name().isEmpty() || region.name().length() > NAME_LENGTH_MAX) {
      throw new ProtocolException(
          Fault.INVALID,
          "region: a name of %d characters (expected: 1 to %d)"
              .formatted(region.name().length(), NAME_LENGTH_MAX));
    }
    if (region.bytes() < 1 || region.offset() < 0) {
      throw new ProtocolException(
          Fault.INVALID,
          "region '%s': %d bytes at %d (expected: >= 1 at >= 0)"
              .formatted(region.name(), region.bytes(), region.offset()));
    }
    requireWithin(region, file);
    add(new Place(tenant, region.name()), new Registered(region, file));
  }

  private static void requireOwn(String tenant, String key) {
    var name = SharedFile.name(key);
    var isOwn = name.lastIndexOf('.') == tenant.length() && name.startsWith(tenant);
    if (!tenant.isEmpty() && !isOwn) {
      throw new ProtocolException(
          Fault.INVALID,
          "key: not of tenant '%s' (expected: '%s.NAME', with no dot in NAME)"
              .formatted(tenant, tenant));
    }
  }

  private static void requireWithin(Region region, SharedFile file) {
    long end;
    try {
      end = Math.addExact(region.offset(), region.bytes());
    } catch (ArithmeticException e) {
      end = Long.MAX_VALUE;
    }
    try (var _ = file.open(end)) {
      // It was opened to be looked at.
    } catch (IOException e) {
      throw unusable(region, e);
    }
  }

  static ProtocolException unusable(Region region, IOException e) {
    return new ProtocolException(
        Fault.INVALID,
        "region '%s': cannot be opened or read (expected: a file that can)"
            .formatted(region.name()),
        e);
  }

  private synchronized void add(Place place, Registered added) {
    var there = regions.get(place);
    if (there != null) {
      throw refused(
          "region '%s': registered already, of '%s' (expected: it to be unregistered first)"
              .formatted(place.name, there.region.key()));
    }
    if (regions.size() >= settings.regionsMax()) {
      throw refused(
          "region '%s': %d are registered (expected: one to be unregistered first)"
              .formatted(place.name, settings.regionsMax()));
    }
    if (added.region.bytes() > settings.bytesMax() - bytes) {
      throw refused(
          "region '%s': %d bytes beside what is registered (expected: <= %d in all)"
              .formatted(place.name, added.region.bytes(), settings.bytesMax()));
    }
    regions.put(place, added);
    bytes += added.region.bytes();
  }

  private static WeftException refused(String why) {
    return new WeftException(ErrorCode.FAILED_PRECONDITION, why);
  }

  /** Forgets a region; if there is none of this name, nothing changes. */
  public void unregister(String tenant, String name) {
    forget(new Place(tenant, name)::equals);
  }

  /**
   * Forgets all regions of a tenant.
   *
   * @param isAdmin forgets those of all tenants: nobody else could make room for others
   */
  public void unregisterAll(String tenant, boolean isAdmin) {
    forget(place -> isAdmin || place.tenant.equals(tenant));
  }

  private synchronized void forget(Predicate<Place> which) {
    requireOn();
    regions.keySet().removeIf(which);
    bytes = regions.values().stream().mapToLong(each -> each.region.bytes()).sum();
  }

  /** All regions of a tenant, by name. */
  public synchronized List<Region> all(String tenant) {
    requireOn();
    return regions.entrySet().stream()
        .filter(entry -> entry.getKey().tenant.equals(tenant))
        .map(entry -> entry.getValue().region)
        .sorted(Comparator.comparing(Region::name))
        .toList();
  }

  /**
   * @throws WeftException with {@link ErrorCode#NOT_FOUND} if he has none of this name
   */
  public Region one(String tenant, String name) {
    requireOn();
    var found = find(tenant, name);
    if (found == null) {
      throw new WeftException(
          ErrorCode.NOT_FOUND,
          "region: '%s' (expected: one of %s)"
              .formatted(name, all(tenant).stream().map(Region::name).toList()));
    }
    return found.region;
  }

  synchronized @Nullable Registered find(String tenant, String name) {
    return regions.get(new Place(tenant, name));
  }

  private void requireOn() {
    if (!settings.isOn()) {
      throw new ProtocolException(
          Fault.NOT_OFFERED,
          "shared memory is off (expected: a server with weft.gateway.shared-memory.enabled = on)");
    }
  }
}
