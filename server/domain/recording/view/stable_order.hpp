#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace reprise::recording {

/// Sorts by a time and keeps the order of equal times. (`std::stable_sort` of this standard library
/// calls a function that is deprecated in C++23.)
template <class T>
void stable_order(std::vector<T>& values, std::int64_t T::* time) {
  std::vector<std::pair<std::int64_t, std::size_t>> order;
  order.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) order.emplace_back(values[i].*time, i);
  if (std::ranges::is_sorted(order)) return;
  std::ranges::sort(order);
  std::vector<T> sorted;
  sorted.reserve(values.size());
  for (const auto& [key, index] : order) sorted.push_back(std::move(values[index]));
  values = std::move(sorted);
}

}  // namespace reprise::recording
