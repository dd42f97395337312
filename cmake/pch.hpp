// Precompiled once per build for every module (cmake/modules.cmake): what most sources include and
// what is slow to read. A source still includes what it uses: -DREPRISE_PCH=OFF must compile too.
#pragma once

#include <algorithm>
#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>
