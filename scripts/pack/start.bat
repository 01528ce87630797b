@echo off
rem Serves the lab beside this file and opens the browser: with Node where there is one, else with Python.
cd /d "%~dp0"
where node >nul 2>nul && (node serve.mjs %* & goto end)
where py >nul 2>nul && (py -3 serve.py %* & goto end)
where python >nul 2>nul && (python serve.py %* & goto end)
echo Neither Node nor Python 3 was found. Install one of them (https://nodejs.org, https://www.python.org), then start again.
:end
pause
