#pragma once

// Lists come in pages: `?limit=` and `?cursor=`, and the cursor of the next page in the answer.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/types.hpp"

namespace reprise {

inline constexpr std::int64_t kPageLimitDefault = 50;
inline constexpr std::int64_t kPageLimitMax = 200;

/// The place of a row in a list that is ordered by time and, where times are equal, by id. A page
/// begins after the last row of the page before, whatever was added or removed meanwhile.
struct PageKey {
  std::int64_t utc_ns = 0;
  std::string id;
  friend bool operator==(const PageKey&, const PageKey&) = default;
};

struct PageWish {
  std::int64_t limit = kPageLimitDefault;
  std::optional<PageKey> after;  ///< empty: from the beginning
};

template <class Item>
struct Page {
  std::vector<Item> items;
  std::optional<PageKey> next;  ///< where the next page begins; empty: this was the last page
};

/// Makes a page of the rows that were read for it. `wish.limit` + 1 rows were asked for, to learn
/// whether there is a next page.
template <class Item, class KeyOf>
Page<Item> page_of(std::vector<Item> found, const PageWish& wish, KeyOf key_of) {
  Page<Item> page{.items = std::move(found), .next = std::nullopt};
  const auto limit = static_cast<std::size_t>(wish.limit);
  if (page.items.size() <= limit) return page;
  page.items.erase(page.items.begin() + wish.limit, page.items.end());
  page.next = key_of(page.items.back());
  return page;
}

/// The key after which the first page begins, in a list whose newest row comes first.
inline PageKey newest_first(const PageWish& wish) {
  return wish.after.value_or(PageKey{.utc_ns = std::numeric_limits<std::int64_t>::max(), .id = {}});
}

/// The cursor of the API: an opaque text.
std::string cursor_of(const PageKey& key);

/// Reads the two parameters of a request. Errors: Invalid.
Result<PageWish> page_wish(std::optional<std::string_view> limit,
                           std::optional<std::string_view> cursor);

}  // namespace reprise
