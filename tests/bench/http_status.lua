-- SPDX-License-Identifier: Apache-2.0
-- wrk: a question about another person each time. One variable names the file with its lines:
-- IINS and FORMS have one number a line, PAGES one address of a result page.
local questions = {}
local at = 0

local function json(iin)
	return wrk.format("POST", "/api/v1/status", {["Content-Type"] = "application/json"},
		'{"iin":"' .. iin .. '"}')
end

local function form(iin)
	return wrk.format("POST", "/kk/status",
		{["Content-Type"] = "application/x-www-form-urlencoded"}, "iin=" .. iin)
end

local function page(path)
	return wrk.format("GET", path)
end

function init()
	for name, make in pairs({IINS = json, FORMS = form, PAGES = page}) do
		local file = os.getenv(name)

		if file then
			for line in io.lines(file) do
				questions[#questions + 1] = make(line)
			end
		end
	end
end

function request()
	at = at % #questions + 1
	return questions[at]
end
