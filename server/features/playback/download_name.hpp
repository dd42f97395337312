#pragma once

#include <string>
#include <string_view>

namespace reprise::playback {

/// Value of `Content-Disposition` that has a browser save a file under a title and a day (RFC
/// 6266): `Gears 2026-11-28.mcap`, and in letters of ASCII alone for programs that know no others
/// (RFC 8187). `title` is valid UTF-8 and may be empty; what no file system takes becomes a space,
/// and what is longer than 60 code points is cut. `day` is `YYYY-MM-DD`, `ending` has no dot.
std::string download_disposition(std::string_view title, std::string_view day,
                                 std::string_view ending);

}  // namespace reprise::playback
