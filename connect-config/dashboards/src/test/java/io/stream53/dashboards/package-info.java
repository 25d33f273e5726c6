@NullMarked
package io.stream53.dashboards;

import org.jspecify.annotations.NullMarked;
