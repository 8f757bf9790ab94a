package dev.weft.fabric.pipeline;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Decides how many of a pipeline's places one tenant may take: all of them while it is alone, and
 * otherwise no more than leaves every other active tenant half of an equal share to come into.
 *
 * <p>A tenant counts as active while it has frames inside and for a number of arrivals after. No
 * clock; one thread at a time.
 */
final class TenantShares {

  /** Arrivals, as a multiple of the places, for which a tenant stays active. */
  private static final int MEMORY = 8;

  private static final int TENANTS_MAX = 1024;

  private static final class Account {
    int inside;
    long lastSeen;
  }

  private final int places;
  private final Map<String, Account> active = new LinkedHashMap<>();
  private long arrivals;
  private int inside;

  TenantShares(int places) {
    this.places = places;
  }

  /** Lets a frame of {@code tenant} take a place; false if there is none for it. */
  boolean enter(String tenant) {
    arrivals++;
    var account = active.get(tenant);
    if (account == null) {
      account = new Account();
      active.put(tenant, account);
      forgetIdle(account);
    }
    account.lastSeen = arrivals;
    if (inside >= places || account.inside >= placesFor(account)) {
      return false;
    }
    account.inside++;
    inside++;
    return true;
  }

  void leave(String tenant) {
    var account = active.get(tenant);
    if (account == null || account.inside == 0) {
      throw new IllegalStateException("tenant '" + tenant + "' left without having entered");
    }
    account.inside--;
    inside--;
  }

  int inside() {
    return inside;
  }

  private int placesFor(Account own) {
    if (active.size() == 1) {
      return places;
    }
    if (arrivals % places == 0) {
      forgetIdle(own);
    }
    var half = Math.max(1, places / (2 * active.size()));
    var kept = 0;
    for (var other : active.values()) {
      if (other != own) {
        kept += Math.max(0, half - other.inside);
      }
    }
    // With more tenants than places nobody's place can be kept.
    return Math.max(1, places - kept - (inside - own.inside));
  }

  /** Forgets tenants that have gone, but never {@code own}, which is about to enter. */
  private void forgetIdle(Account own) {
    active
        .values()
        .removeIf(
            account ->
                account != own
                    && account.inside == 0
                    && (arrivals - account.lastSeen > (long) MEMORY * places
                        || active.size() > TENANTS_MAX));
  }
}
