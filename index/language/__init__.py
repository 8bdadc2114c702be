"""The ground floor: sentences, words, amounts, moments, names, quotations. No models, no stores."""
