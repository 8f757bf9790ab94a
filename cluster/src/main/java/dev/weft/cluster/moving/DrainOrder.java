package dev.weft.cluster.moving;

import dev.weft.cluster.site.SiteName;
import java.time.Instant;

/** That a site is to have no sessions, but another one is. */
record DrainOrder(SiteName to, Instant at) {}
