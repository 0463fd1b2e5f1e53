-- SPDX-License-Identifier: Apache-2.0
-- Each request pays one month for the next person of the file IINS at the next bank of BANKS; no transaction
-- number comes twice at a bank.
local iins, banks, at, first = {}, {}, 0, tonumber(os.getenv("FIRST") or "1")
local date = os.getenv("TXN_DATE")
local command = os.getenv("COMMAND") or "pay"

for line in io.lines(os.getenv("IINS")) do
  iins[#iins + 1] = line
end
for bank in string.gmatch(os.getenv("BANKS") or "halyk", "%S+") do
  banks[#banks + 1] = bank
end

request = function()
  at = at + 1
  return wrk.format("GET", "/biller/" .. banks[at % #banks + 1] .. "?command=" .. command .. "&txn_id=" ..
    (first + at) .. "&account=" .. iins[(at + first) % #iins + 1] .. "&sum=4250.00&txn_date=" .. date)
end
