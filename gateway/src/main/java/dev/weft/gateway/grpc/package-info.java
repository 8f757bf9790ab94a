/** The gRPC door of the gateway: the only place where the gRPC stack is spoken. */
@NullMarked
package dev.weft.gateway.grpc;

import org.jspecify.annotations.NullMarked;
