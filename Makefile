# The two commands of the README, and what the template's authors use. Needs Python 3.10-3.13, git and make.
PYTHON ?= python3
ENV := .venv
BIN := $(CURDIR)/$(ENV)/bin
WORKSHOP := build/dvc-workshop

# On Linux the default builds of torch bring several GB of CUDA. Without an NVIDIA card take PyTorch's CPU builds, from
# the pages of links that PyTorch publishes. A value that is set already stays.
ifeq ($(shell uname -s),Linux)
ifeq ($(shell command -v nvidia-smi),)
export PIP_FIND_LINKS ?= https://download.pytorch.org/whl/cpu/torch/ https://download.pytorch.org/whl/cpu/torchvision/
endif
endif
export PIPENV_NOSPIN := 1
export PIPENV_VERBOSITY := -1

.PHONY: workshop demo test faults bench pictures clean

## workshop: an environment, a workshop in build/, its buckets, and what the learner needs
workshop: $(WORKSHOP)/.coach/ready
	@echo
	@echo "The workshop is ready. Type:"
	@echo
	@echo "    cd $(WORKSHOP)"
	@echo "    $(BIN)/pipenv shell"
	@echo "    coach"

$(WORKSHOP)/.coach/ready: $(ENV)/tools
	test -d $(WORKSHOP) || $(BIN)/cookiecutter . --no-input --output-dir build
	cd $(WORKSHOP) && $(LEARNER) $(BIN)/pipenv install --dev
	cd $(WORKSHOP) && $(LEARNER) $(BIN)/pipenv run coach bucket start
	touch $@

# The learner's environment lies in the workshop, apart from the one of the template.
LEARNER := PIPENV_VENV_IN_PROJECT=1 PIPENV_IGNORE_VIRTUALENVS=1

## demo: the workshop, and all its exercises played by their solutions
demo: workshop
	cd $(WORKSHOP) && $(LEARNER) $(BIN)/pipenv run coach bucket start
	cd $(WORKSHOP) && $(LEARNER) $(BIN)/pipenv run python $(CURDIR)/tests/play.py demo

## test: every test of the template
test: $(ENV)/everything
	$(BIN)/python -m pytest -n 2 --dist worksteal tests

## faults: what can go wrong around a learner; ends with how many were tried and how many survived
faults: $(ENV)/everything
	$(BIN)/python tests/test_faults.py

## pictures: the README's pictures of the coach and the board, from a real run
pictures: $(ENV)/everything
	$(BIN)/python docs/pictures.py
	$(BIN)/python docs/board_pictures.py

## bench: what is fast and what is not
bench: $(ENV)/everything
	$(BIN)/python tests/bench/bench.py

# cookiecutter, pipenv and pytest
$(ENV)/tools: requirements.txt
	$(PYTHON) -m venv $(ENV)
	$(BIN)/pip install --quiet --requirement requirements.txt
	touch $@

# What a workshop and a solved project need goes into the same environment; their Pipfiles are the only lists of it.
$(ENV)/everything: $(ENV)/tools {{cookiecutter.project_slug}}/Pipfile
	rm -rf build/packages
	set -e; for kind in workshop project; do \
		$(BIN)/cookiecutter . --no-input --output-dir build/packages/$$kind kind=$$kind; \
		(cd build/packages/$$kind/dvc-workshop && VIRTUAL_ENV=$(CURDIR)/$(ENV) $(BIN)/pipenv install --dev); \
	done
	touch $@

## clean: take build/ and the environment away (stop the buckets first: `coach bucket stop`)
clean:
	rm -rf build $(ENV)
