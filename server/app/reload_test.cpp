#include "app/reload.hpp"

#include <gmock/gmock.h>

namespace reprise::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ReloadTest, ASettingIsALine) {
  EXPECT_EQ(settings_lines({{"voice", "Kore", "default"}, {"instruction", "Be\nkind", "flag"}}),
            "voice=Kore\ninstruction=Be kind\n");
}

TEST(ReloadTest, WhatIsTheSameWantsNothing) {
  EXPECT_THAT(restart_wanted("voice=Kore\nhosts=a=b\n", "hosts=a=b\nvoice=Kore\n"), IsEmpty());
}

TEST(ReloadTest, TheLevelOfTheLogNeedsNoRestart) {
  EXPECT_THAT(restart_wanted("log-level=info\n", "log-level=debug\n"), IsEmpty());
}

TEST(ReloadTest, EachOtherChangeIsNamedWithBothValues) {
  EXPECT_THAT(restart_wanted("hosts=\nvoice=Kore\nmodel=a\n", "hosts=b\nvoice=Puck\nmodel=a\n"),
              ElementsAre("hosts is nothing until a restart, then b",
                          "voice is Kore until a restart, then Puck"));
}

TEST(ReloadTest, ASettingThatTheRunningProgramDoesNotKnowIsNamed) {
  EXPECT_THAT(restart_wanted("voice=Kore\n", "voice=Kore\nlater=1\n"),
              ElementsAre("later is nothing until a restart, then 1"));
}

}  // namespace
}  // namespace reprise::app
