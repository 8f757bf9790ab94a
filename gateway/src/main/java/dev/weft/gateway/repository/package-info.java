/** What is served, as clients take models out of it and back in: Triton's model repository. */
@NullMarked
package dev.weft.gateway.repository;

import org.jspecify.annotations.NullMarked;
