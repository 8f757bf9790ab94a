package dev.weft.app;

import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/** All that need {@link OneCluster}, in one JVM, so that no other stands still for its turn. */
@Suite
@SelectClasses({ClusterIT.class, ClusterTortureIT.class, FleetIT.class, StandbyIT.class})
class ClustersIT {}
