#pragma once

#include <string>
#include <string_view>

namespace reprise {

/// A new UUIDv7 (RFC 9562 5.7) as 36 characters of lower-case text. Within a process each is
/// greater than the one before it, also when the wall clock steps back. A name, not a secret. Any
/// thread.
std::string new_uuid7();

/// True for the 36-character text form of any UUID, in lower case (the only form we write or
/// accept).
bool is_uuid(std::string_view text);

}  // namespace reprise
